import { accountPage } from '../pages/account/accountPage.tsx';
import { customerPage } from '../pages/customer.tsx';
import { customersPage } from '../pages/customers.tsx';
import { homePage } from '../pages/home/home.tsx';
import type { ConsolePage } from './page.ts';

/** In the order of the menu. */
export const pages: readonly ConsolePage[] = [homePage, customersPage, customerPage, accountPage];
