import type { ServiceBusAdministrationClient } from '@azure/service-bus';

/** The Service Bus of `npm start`. */
export const local =
  'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;';

type Policy = Parameters<ServiceBusAdministrationClient['pipeline']['addPolicy']>[0];

/** The administration client knows HTTPS only, and the Service Bus of `npm start` has no certificate. */
export const plainHttp: Policy = {
  name: 'plainHttp',
  sendRequest(request, next) {
    request.url = request.url.replace(/^https:/, 'http:');
    request.allowInsecureConnection = true;
    return next(request);
  },
};
