import { app } from '@azure/functions';
import { begin, close } from './composition.ts';

// Without it, empty entries of a batch's metadata are left out, and those that follow belong to other messages.
app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });
app.hook.appStart(begin);
app.hook.appTerminate(close);

// Commands
import './createCustomer.ts';
import './openAccount.ts';
import './depositMoney.ts';
import './withdrawMoney.ts';

// Queries
import './queryProjections.ts';
import './getAccount.ts';
import './customerEvents.ts';
import './accountEvents.ts';

// Operations
import './health.ts';
import './openApi.ts';
import './listGaps.ts';
import './getOperation.ts';
import './unknownRoute.ts';

// Events
import './projectEvents.ts';
import './relayCommits.ts';
import './reconcileViews.ts';
