import { accountPage } from '../pages/account/accountPage.tsx';
import { customerPage } from '../pages/customer.tsx';
import { customersPage } from '../pages/customers.tsx';
import { faultsPage } from '../pages/faults/faults.tsx';
import { flowPage } from '../pages/flow/flowPage.tsx';
import { recentPage } from '../pages/flow/recentPage.tsx';
import { homePage } from '../pages/home/home.tsx';
import { listenersPage } from '../pages/listeners/listeners.tsx';
import { webhookPage } from '../pages/listeners/webhookPage.tsx';
import { transfersPage } from '../pages/transfers/transfersPage.tsx';
import { viewsPage } from '../pages/views/viewsPage.tsx';
import type { ConsolePage } from './page.ts';

/** In the order of the menu. */
export const pages: readonly ConsolePage[] = [
  ...[homePage, customersPage, customerPage, accountPage, transfersPage],
  ...[recentPage, flowPage, viewsPage, listenersPage, webhookPage, faultsPage],
];
