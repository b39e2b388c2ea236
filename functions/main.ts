import { app } from '@azure/functions';
import { begin, close, hasTelemetry } from './composition.ts';

app.setup({
  capabilities: {
    // Without it, empty entries of a batch's metadata are left out, and those that follow belong to other messages.
    IncludeEmptyEntriesInMessagePayload: true,
    // What the app logs goes where its telemetry goes, and not by way of the host as well.
    ...(hasTelemetry && { WorkerOpenTelemetryEnabled: true }),
  },
});
app.hook.appStart(begin);
app.hook.appTerminate(close);

// Commands
import './api/createCustomer.ts';
import './api/openAccount.ts';
import './api/depositMoney.ts';
import './api/withdrawMoney.ts';

// Queries
import './api/queryProjections.ts';
import './api/getAccount.ts';
import './api/customerEvents.ts';
import './api/accountEvents.ts';

// Operations
import './api/health.ts';
import './api/openApi.ts';
import './api/listGaps.ts';
import './api/listProjections.ts';
import './api/getOperation.ts';
import './api/cancelOperation.ts';
import './api/rebuildProjection.ts';
import './api/flipBackProjection.ts';
import './api/listDeadLetters.ts';
import './api/resubmitDeadLetters.ts';
import './api/replayEvents.ts';
import './api/unknownRoute.ts';

// Events
import './background/projectEvents.ts';
import './background/relayCommits.ts';
import './background/reconcileViews.ts';
import './background/runReplays.ts';
import './background/superviseViews.ts';
