import { app } from '@azure/functions';

/** The smallest possible function, for `bench/functionsHost.ts`. */
app.get('trivial', () => ({ jsonBody: { hello: 'world' } }));

app.serviceBusQueue('arrived', {
  connection: 'BROKER',
  queueName: 'arrivals',
  handler: (input) => {
    process.send?.({ type: 'arrived', input });
  },
});
