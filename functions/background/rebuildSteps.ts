import { app } from '@azure/functions';
import { rebuildStep } from '../../application/rebuilding/rebuildJob.ts';
import type { ContextServices } from '../services.ts';

export const rebuildQueue = 'rebuild-steps';

const connection = 'AzureWebJobsStorage';

export const registerRebuildSteps = ({ runRebuildStep, failRebuild, log }: ContextServices): void => {
  app.storageQueue('rebuildStep', {
    connection,
    queueName: rebuildQueue,
    handler: (message) => runRebuildStep(rebuildStep.parse(message)),
  });

  // The host moves a step here after it has failed five times.
  app.storageQueue('failRebuild', {
    connection,
    queueName: `${rebuildQueue}-poison`,
    handler: async (message) => {
      const step = rebuildStep.safeParse(message);
      if (step.success) await failRebuild(step.data.jobId, 'A step failed again and again; see the log.');
      else log('error', `A message that is no step of a rebuild was dropped: ${step.error.message}`);
    },
  });
};
