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
import './listProjections.ts';
import './getOperation.ts';
import './cancelOperation.ts';
import './rebuildProjection.ts';
import './flipBackProjection.ts';
import './listDeadLetters.ts';
import './resubmitDeadLetters.ts';
import './replayEvents.ts';
import './unknownRoute.ts';

// Events
import './projectEvents.ts';
import './relayCommits.ts';
import './reconcileViews.ts';
import './runReplays.ts';
import './superviseViews.ts';
