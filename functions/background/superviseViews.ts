import { app } from '@azure/functions';
import { rebuildStep } from '../../application/rebuilding/rebuild.ts';
import { failRebuild, log, rebuildQueue, runRebuildStep, superviseViews } from '../composition.ts';

/** It ends before the next one begins. */
const maximumMs = 8_000;
const connection = 'AzureWebJobsStorage';

app.timer('superviseViews', { schedule: '*/10 * * * * *', handler: () => superviseViews(maximumMs) });

app.storageQueue('rebuildStep', {
  connection,
  queueName: rebuildQueue,
  handler: (message) => runRebuildStep(rebuildStep.parse(message)),
});

/** Where the host puts a step that failed five times. */
app.storageQueue('failRebuild', {
  connection,
  queueName: `${rebuildQueue}-poison`,
  handler: async (message) => {
    const step = rebuildStep.safeParse(message);
    if (step.success) await failRebuild(step.data.operationId, 'A step failed again and again; see the log.');
    else log('error', `A message that is no step of a rebuild was dropped: ${step.error.message}`);
  },
});
