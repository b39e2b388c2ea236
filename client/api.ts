// `npm run docs` writes this file.

export interface paths {
  '/api/customers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Customers, newest first */
    get: operations['listCustomers'];
    put?: never;
    /** Create a customer */
    post: operations['createCustomer'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/customers/{id}/name': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Change a customer's name */
    post: operations['renameCustomer'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/customers/{id}/email': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Change a customer's e-mail address */
    post: operations['changeEmail'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/customers/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The audit trail of a customer, oldest event first unless asked otherwise */
    get: operations['customerEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/customers/{id}/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Of what a customer is told by e-mail */
    get: operations['getNotifications'];
    /** Choose of what a customer is told by e-mail */
    put: operations['chooseNotifications'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Accounts, newest first; a customer finds only their own */
    get: operations['listAccounts'];
    put?: never;
    /** Open an account for a customer */
    post: operations['openAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/deposits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deposit money */
    post: operations['depositMoney'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/transactions/{transactionId}/reversal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Reverse a deposit or a withdrawal */
    post: operations['reverseTransaction'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/withdrawals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Withdraw money */
    post: operations['withdrawMoney'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** An account, as it is or as it was at a version or an instant */
    get: operations['getAccount'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The audit trail of an account, oldest event first unless asked otherwise */
    get: operations['accountEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/freeze': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Freeze an account: it gives nothing away but what it holds for others */
    post: operations['freezeAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/unfreeze': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Unfreeze an account */
    post: operations['unfreezeAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/close': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Close an empty account for good; a frozen one is for tellers to close */
    post: operations['closeAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/holds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The holds of an account, newest first */
    get: operations['listHolds'];
    put?: never;
    /** Hold money for somebody, until it is captured, released, or its time is over */
    post: operations['placeHold'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/holds/{holdId}/capture': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take all that is held, or less; the rest is free again */
    post: operations['captureHold'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/holds/{holdId}/release': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Free what is held */
    post: operations['releaseHold'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/transfers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send money to another account */
    post: operations['sendTransfer'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/transfers/{transferId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A transfer, from the event store */
    get: operations['getTransfer'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/statements': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** An account's months, newest first, with the balances at their beginning and end */
    get: operations['listStatements'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/statements/{month}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The statement of a month of the bank's time zone, as JSON, CSV, PDF or camt.053.001.08 */
    get: operations['getStatement'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/balances': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Balances of an account evenly spread over its versions, oldest first, for a plot */
    get: operations['listBalances'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/fx/rates/{pair}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Set how much of the second currency one unit of the first brings */
    put: operations['setRate'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/fx/rates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The newest rate of each pair, all of them */
    get: operations['listRates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/fx/rates/{pair}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All rates that a pair has had, newest first */
    get: operations['rateHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/fx/quotes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Quote what an amount brings in another currency; the bank keeps to the quote for a minute */
    post: operations['makeQuote'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/customers/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A customer with accounts and totals */
    get: operations['getCustomer'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{id}/transactions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** An account's transactions, newest first */
    get: operations['listTransactions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/transfers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Transfers, newest first */
    get: operations['listTransfers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/analytics/daily': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Deposits and withdrawals of each day of the bank's time zone, in each currency; leaves out days without any */
    get: operations['dailyTotals'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ledger/trial-balance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The balances of the bank's own accounts at the end of a day of its time zone; debits equal credits */
    get: operations['trialBalance'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/invariants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The rules that the books always meet, and whether they did when the app last checked, which it does every minute */
    get: operations['listInvariants'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/feed': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All events, those of each aggregate in order, from any position */
    get: operations['readFeed'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the services that the app needs have answered within the last five seconds: 503 if one has not */
    get: operations['health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The OpenAPI document of this API */
    get: operations['openApi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/asyncapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The AsyncAPI document of the messages that the bank publishes */
    get: operations['asyncApi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This API as a page, where requests can be tried */
    get: operations['docs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/projections': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How each view stood when the app last looked: how far it was behind, and its gaps */
    get: operations['listProjections'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/projections/{name}/rebuild': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Build a view anew while the present one answers; a build that is under way goes on */
    post: operations['rebuildProjection'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/projections/{name}/flip-back': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let the former generation of a view answer again, as long as it is kept */
    post: operations['flipBackProjection'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/gaps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Aggregates that a view is behind for more than a minute, ahead of, or shows otherwise than their events do, and transfers that are on their way for longer; normally none */
    get: operations['listGaps'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/listeners': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far each who hears of events has come, as the app saw it last, some seconds ago */
    get: operations['listListeners'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/activity': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What this instance did in the last ten minutes, by second; idle seconds are left out */
    get: operations['listActivity'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/flow/{correlationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What became of one command, as far as this instance took part, for ten minutes */
    get: operations['getFlow'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/operations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Rebuilds and replays of the last 30 days, newest first */
    get: operations['listOperations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/operations/{operationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a rebuild or a replay is */
    get: operations['getOperation'];
    put?: never;
    post?: never;
    /** Ask a rebuild or a replay to end before its next step, unless that is its last; a view that is not complete never goes live */
    delete: operations['cancelOperation'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/listeners/{name}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send past events again to one listener, or to a subscription that is not the app’s (subscription:<name>), those of each aggregate in order */
    post: operations['replayEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/dead-letters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Messages that could not be handled: first what is parked, then the dead letters of each subscription, oldest first */
    get: operations['listDeadLetters'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/dead-letters/{listener}/resubmit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send the events of what is parked or dead-lettered to that listener again, as the event store has them */
    post: operations['resubmitDeadLetters'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/dead-letters/{listener}/{id}/resubmit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send the event of one parked message to its listener again, as the event store has it */
    post: operations['resubmitDeadLetter'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/ops/dead-letters/{listener}/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove one parked message for good; the log keeps its reason */
    delete: operations['discardDeadLetter'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All webhooks, newest first */
    get: operations['listWebhooks'];
    put?: never;
    /** Have events told to a URL from now on; the answer shows its secret once */
    post: operations['createWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A webhook, and how it fares */
    get: operations['getWebhook'];
    put?: never;
    post?: never;
    /** Delete a webhook; what is pending ends */
    delete: operations['deleteWebhook'];
    options?: never;
    head?: never;
    /** Change a webhook: what is given counts for every try from now on */
    patch: operations['changeWebhook'];
    trace?: never;
  };
  '/api/webhooks/{id}/secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give a webhook another secret, shown once; the former one signs, too, for a day */
    post: operations['rotateWebhookSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send one message of type WebhookTest, once */
    post: operations['testWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a webhook was told or is to be told, newest first; kept for 30 days after its end */
    get: operations['listWebhookDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}/deliveries/{deliveryId}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try a delivery at once, whatever became of it, and by the schedule after that */
    post: operations['retryWebhookDelivery'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try all deliveries that have failed, of events that are not older */
    post: operations['retryWebhookDeliveries'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tell a webhook of past events, also of those that it was told of, and of those before it was created */
    post: operations['replayToWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Created: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
    };
    /** @description RFC 9457 */
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      instance: string;
      code: string;
      errors?: {
        pointer: string;
        message: string;
      }[];
    } & {
      [key: string]: unknown;
    };
    Changed: {
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
    };
    CustomerEventsPage: {
      items: components['schemas']['CustomerEvent'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    CustomerEvent:
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'CustomerCreated';
          /** @constant */
          schemaVersion: 1;
          data: {
            firstName: string;
            lastName: string;
            email: string;
          };
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'CustomerCreated';
          /** @constant */
          schemaVersion: 2;
          data: {
            person: {
              firstName: string;
              lastName: string;
              email: string;
            };
          };
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'CustomerRenamed';
          /** @constant */
          schemaVersion: 1;
          data: {
            person: {
              firstName: string;
              lastName: string;
            };
          };
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'CustomerEmailChanged';
          /** @constant */
          schemaVersion: 1;
          data: {
            person: {
              email: string;
            };
          };
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'EmailClaimLapsed';
          /** @constant */
          schemaVersion: 1;
          data: {
            /** Format: date-time */
            claimedAt: string;
          };
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'NotificationsChosen';
          /** @constant */
          schemaVersion: 1;
          data: {
            types: (
              | 'AccountOpened'
              | 'MoneyDeposited'
              | 'MoneyWithdrawn'
              | 'TransferSent'
              | 'TransferReceived'
              | 'TransferReturned'
            )[];
            above?: components['schemas']['Amount'];
          };
        };
    /** @description A decimal string and its currency; never a JSON number */
    Amount: {
      /** @example 12.34 */
      amount: string;
      currency: components['schemas']['Currency'];
    };
    /**
     * @description ISO 4217 code
     * @example EUR
     * @enum {string}
     */
    Currency:
      | 'AED'
      | 'AFN'
      | 'ALL'
      | 'AMD'
      | 'AOA'
      | 'ARS'
      | 'AUD'
      | 'AWG'
      | 'AZN'
      | 'BAM'
      | 'BBD'
      | 'BDT'
      | 'BHD'
      | 'BIF'
      | 'BMD'
      | 'BND'
      | 'BOB'
      | 'BOV'
      | 'BRL'
      | 'BSD'
      | 'BTN'
      | 'BWP'
      | 'BYN'
      | 'BZD'
      | 'CAD'
      | 'CDF'
      | 'CHE'
      | 'CHF'
      | 'CHW'
      | 'CLF'
      | 'CLP'
      | 'CNY'
      | 'COP'
      | 'COU'
      | 'CRC'
      | 'CUP'
      | 'CVE'
      | 'CZK'
      | 'DJF'
      | 'DKK'
      | 'DOP'
      | 'DZD'
      | 'EGP'
      | 'ERN'
      | 'ETB'
      | 'EUR'
      | 'FJD'
      | 'FKP'
      | 'GBP'
      | 'GEL'
      | 'GHS'
      | 'GIP'
      | 'GMD'
      | 'GNF'
      | 'GTQ'
      | 'GYD'
      | 'HKD'
      | 'HNL'
      | 'HTG'
      | 'HUF'
      | 'IDR'
      | 'ILS'
      | 'INR'
      | 'IQD'
      | 'IRR'
      | 'ISK'
      | 'JMD'
      | 'JOD'
      | 'JPY'
      | 'KES'
      | 'KGS'
      | 'KHR'
      | 'KMF'
      | 'KPW'
      | 'KRW'
      | 'KWD'
      | 'KYD'
      | 'KZT'
      | 'LAK'
      | 'LBP'
      | 'LKR'
      | 'LRD'
      | 'LSL'
      | 'LYD'
      | 'MAD'
      | 'MDL'
      | 'MGA'
      | 'MKD'
      | 'MMK'
      | 'MNT'
      | 'MOP'
      | 'MRU'
      | 'MUR'
      | 'MVR'
      | 'MWK'
      | 'MXN'
      | 'MXV'
      | 'MYR'
      | 'MZN'
      | 'NAD'
      | 'NGN'
      | 'NIO'
      | 'NOK'
      | 'NPR'
      | 'NZD'
      | 'OMR'
      | 'PAB'
      | 'PEN'
      | 'PGK'
      | 'PHP'
      | 'PKR'
      | 'PLN'
      | 'PYG'
      | 'QAR'
      | 'RON'
      | 'RSD'
      | 'RUB'
      | 'RWF'
      | 'SAR'
      | 'SBD'
      | 'SCR'
      | 'SDG'
      | 'SEK'
      | 'SGD'
      | 'SHP'
      | 'SLE'
      | 'SOS'
      | 'SRD'
      | 'SSP'
      | 'STN'
      | 'SVC'
      | 'SYP'
      | 'SZL'
      | 'THB'
      | 'TJS'
      | 'TMT'
      | 'TND'
      | 'TOP'
      | 'TRY'
      | 'TTD'
      | 'TWD'
      | 'TZS'
      | 'UAH'
      | 'UGX'
      | 'USD'
      | 'USN'
      | 'UYI'
      | 'UYU'
      | 'UYW'
      | 'UZS'
      | 'VED'
      | 'VES'
      | 'VND'
      | 'VUV'
      | 'WST'
      | 'XAD'
      | 'XAF'
      | 'XCD'
      | 'XCG'
      | 'XOF'
      | 'XPF'
      | 'YER'
      | 'ZAR'
      | 'ZMW'
      | 'ZWG';
    /** @description The types of events of which the customer is told; of movements in the currency of `above`, only of greater ones */
    Notifications: {
      types: (
        'AccountOpened' | 'MoneyDeposited' | 'MoneyWithdrawn' | 'TransferSent' | 'TransferReceived' | 'TransferReturned'
      )[];
      above?: components['schemas']['Amount'];
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
    };
    /** @description The transaction, and the balance after it */
    Moved: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      transactionId: string;
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      balance: components['schemas']['Amount'];
    };
    MovedWithin: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      transactionId: string;
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      balance: components['schemas']['Amount'];
      available: components['schemas']['Amount'];
    };
    Account: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      customerId: string;
      customerName: string;
      currency: components['schemas']['Currency'];
      balance: components['schemas']['Amount'];
      /** @enum {string} */
      status: 'open' | 'frozen' | 'closed';
      /** @description What open holds hold at that instant */
      held: components['schemas']['Amount'];
      /** @description The balance less what is held */
      available: components['schemas']['Amount'];
      /** @description Sent, and its end not confirmed yet */
      inTransit: components['schemas']['Amount'];
      version: number;
      /** Format: date-time */
      openedAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    AccountEventsPage: {
      items: components['schemas']['AccountEvent'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    AccountEvent:
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'AccountOpened';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            currency: components['schemas']['Currency'];
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'MoneyDeposited';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'MoneyWithdrawn';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransactionReversed';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            reverses: number;
            /** @enum {string} */
            kind: 'deposit' | 'withdrawal';
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
            reason: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'AccountFrozen';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            /** @enum {string} */
            scope: 'debits';
            reason: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'AccountUnfrozen';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            reason: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'AccountClosed';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            reason?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'HoldPlaced';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
            /** Format: date-time */
            expiresAt: string;
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'HoldCaptured';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            hold: number;
            held: components['schemas']['Amount'];
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
            to?: string;
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'HoldReleased';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            hold: number;
            held: components['schemas']['Amount'];
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'HoldExpired';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            hold: number;
            held: components['schemas']['Amount'];
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
            /** Format: date-time */
            expiresAt: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransferSent';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            to: string;
            amount: components['schemas']['Amount'];
            received: components['schemas']['Amount'];
            rate?: {
              rate: string;
              id: string;
            };
            balance: components['schemas']['Amount'];
            available: components['schemas']['Amount'];
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransferReceived';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            transferId: string;
            from: string;
            sent: components['schemas']['Amount'];
            sentBy: string;
            amount: components['schemas']['Amount'];
            rate?: {
              rate: string;
              id: string;
            };
            balance: components['schemas']['Amount'];
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransferDeclined';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            transferId: string;
            from: string;
            sent: components['schemas']['Amount'];
            sentBy: string;
            amount: components['schemas']['Amount'];
            /** @enum {string} */
            reason: 'receiverClosed' | 'receiverCannotTake';
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransferCompleted';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            transfer: number;
            to: string;
            amount: components['schemas']['Amount'];
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        }
      | {
          /**
           * @description aggregate id and version, for ?atLeast=
           * @example 0199f8a2-7b1c-7000-8000-000000000000:7
           */
          id: string;
          version: number;
          /** Format: date-time */
          occurredAt: string;
          /** @description Who did it; to customers, `bank` where it was not they */
          actor: string;
          correlationId: string;
          /** @description To customers, the account alone where the cause is an event of another one */
          causationId: string;
          traceparent: string;
          /** @constant */
          type: 'TransferReturned';
          /** @constant */
          schemaVersion: 1;
          data: {
            customerId: string;
            transfer: number;
            to: string;
            amount: components['schemas']['Amount'];
            balance: components['schemas']['Amount'];
            /** @enum {string} */
            reason: 'receiverClosed' | 'receiverCannotTake';
            reference?: string;
          };
          /** @description They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written */
          postings?: components['schemas']['Posting'][];
        };
    /** @description One side of a movement in the books of the bank: a debit or a credit */
    Posting: {
      /** @enum {string} */
      account: 'cash' | 'customers' | 'inTransit' | 'exchange';
      debit?: components['schemas']['Amount'];
      credit?: components['schemas']['Amount'];
    };
    AccountStatus: {
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      /** @enum {string} */
      status: 'open' | 'frozen' | 'closed';
    };
    HoldPlaced: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      holdId: string;
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      balance: components['schemas']['Amount'];
      available: components['schemas']['Amount'];
      /** Format: date-time */
      expiresAt: string;
    };
    /** @description The transfer, and the balance after it */
    TransferSent: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      transferId: string;
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      balance: components['schemas']['Amount'];
      available: components['schemas']['Amount'];
      sent: components['schemas']['Amount'];
      received: components['schemas']['Amount'];
      rate?: string;
      /**
       * @description At the moment of the answer
       * @enum {string}
       */
      status: 'inTransit' | 'completed' | 'returned';
      /** @description The version with which the transfer ended, if it has */
      endVersion?: number;
    };
    HoldReleased: {
      version: number;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      position: string;
      balance: components['schemas']['Amount'];
      available: components['schemas']['Amount'];
    };
    Transfer: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      id: string;
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      from: string;
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      to: string;
      sent: components['schemas']['Amount'];
      received: components['schemas']['Amount'];
      /** @example 1.0842 */
      rate?: string;
      reference: string | null;
      /** @enum {string} */
      status: 'inTransit' | 'completed' | 'returned';
      /**
       * @description Why the money came back
       * @enum {string}
       */
      reason?: 'receiverClosed' | 'receiverCannotTake';
      /** Format: date-time */
      sentAt: string;
      /** Format: date-time */
      settledAt?: string;
    };
    Statements: {
      items: components['schemas']['StatementLine'][];
    };
    StatementLine: {
      /** @example 2026-11 */
      month: string;
      opening: components['schemas']['Amount'];
      closing: components['schemas']['Amount'];
      /** @description The number of transactions */
      lines: number;
      /**
       * @description Transactions may still be missing
       * @constant
       */
      provisional?: true;
    };
    Statement: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      accountId: string;
      /** @example 2026-11 */
      month: string;
      currency: components['schemas']['Currency'];
      opening: components['schemas']['Amount'];
      closing: components['schemas']['Amount'];
      /** @description The sum of what came in */
      in: components['schemas']['Amount'];
      /** @description The sum of what went out */
      out: components['schemas']['Amount'];
      /** @description Oldest first; reversedBy is not shown */
      lines: components['schemas']['Transaction'][];
      /**
       * @description Transactions may still be missing
       * @constant
       */
      provisional?: true;
    };
    Transaction: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      id: string;
      /** @enum {string} */
      type: 'deposit' | 'withdrawal' | 'capture' | 'reversal' | 'transferOut' | 'transferIn' | 'transferReturned';
      amount: components['schemas']['Amount'];
      balanceAfter: components['schemas']['Amount'];
      reference: string | null;
      /** Format: date-time */
      occurredAt: string;
      version: number;
      /**
       * Format: uuid
       * @description Of a transfer: the account on the other side
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      counterparty?: string;
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      transferId?: string;
      /**
       * @description Of a reversal: the transaction that it reverses
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      reverses?: string;
      /**
       * @description The reversal of this transaction
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      reversedBy?: string;
    };
    Balances: {
      items: components['schemas']['BalancePoint'][];
    };
    BalancePoint: {
      version: number;
      /** Format: date-time */
      at: string;
      balance: components['schemas']['Amount'];
    };
    Rates: {
      items: components['schemas']['Rate'][];
    };
    Rate: {
      base: components['schemas']['Currency'];
      quote: components['schemas']['Currency'];
      /** @example 1.0842 */
      rate: string;
      source: string;
      /** Format: date-time */
      since: string;
    };
    RatePage: {
      items: components['schemas']['Rate'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    /** @description What one amount brings, until then and any number of times */
    Quote: {
      /** @description A transfer at this rate sends it along */
      quote: string;
      sell: components['schemas']['Amount'];
      buy: components['schemas']['Amount'];
      /** @example 1.0842 */
      rate: string;
      /** Format: date-time */
      expiresAt: string;
    };
    CustomerLinePage: {
      items: components['schemas']['CustomerLine'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    CustomerLine: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      firstName: string;
      lastName: string;
      email: string;
      /** @description How many */
      accounts: number;
    };
    Customer: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      firstName: string;
      lastName: string;
      email: string;
      version: number;
      accounts: {
        /**
         * Format: uuid
         * @example 0199f8a2-7b1c-7000-8000-000000000000
         */
        id: string;
        currency: components['schemas']['Currency'];
        balance: components['schemas']['Amount'];
        /** @enum {string} */
        status: 'open' | 'frozen' | 'closed';
        version: number;
      }[];
      totals: components['schemas']['Amount'][];
    };
    AccountLinePage: {
      items: components['schemas']['AccountLine'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    AccountLine: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      customerId: string;
      currency: components['schemas']['Currency'];
      balance: components['schemas']['Amount'];
      /** @enum {string} */
      status: 'open' | 'frozen' | 'closed';
      version: number;
      /** Format: date-time */
      openedAt: string;
    };
    TransactionPage: {
      items: components['schemas']['Transaction'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    HoldPage: {
      items: components['schemas']['Hold'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    Hold: {
      /**
       * @description aggregate id and version, for ?atLeast=
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      id: string;
      amount: components['schemas']['Amount'];
      /** @enum {string} */
      status: 'open' | 'captured' | 'released' | 'expired';
      reference: string | null;
      /** Format: date-time */
      placedAt: string;
      /** Format: date-time */
      expiresAt: string;
      /**
       * Format: date-time
       * @description Of an expired hold: when it expired
       */
      endedAt?: string;
    };
    TransferPage: {
      items: components['schemas']['Transfer'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    DailyTotals: {
      /** Format: date */
      from: string;
      /** Format: date */
      to: string;
      /**
       * @description The IANA name of the zone whose days these are
       * @example UTC
       */
      timeZone: string;
      items: {
        /** Format: date */
        day: string;
        currency: components['schemas']['Currency'];
        deposits: components['schemas']['Amount'];
        withdrawals: components['schemas']['Amount'];
        /** @description Of deposits and withdrawals */
        count: number;
      }[];
    };
    TrialBalance: {
      /** Format: date */
      date: string;
      items: {
        /** @enum {string} */
        account: 'cash' | 'customers' | 'inTransit' | 'exchange';
        currency: components['schemas']['Currency'];
        /** @example 12.34 */
        debit: string;
        /** @example 12.34 */
        credit: string;
      }[];
      totals: {
        currency: components['schemas']['Currency'];
        /** @example 12.34 */
        debit: string;
        /** @example 12.34 */
        credit: string;
      }[];
    };
    Invariant: {
      /** @example debitsEqualCredits */
      name: string;
      holds: boolean;
      /** Format: date-time */
      checkedAt: string;
      /** @description What breaks it, and how far the app has looked */
      detail?: string;
    };
    FeedPage: {
      items: components['schemas']['CloudEvent'][];
      /** @description The position after this page */
      next: string;
      /** @description False once the look has reached the end; a page may be empty before */
      more: boolean;
    };
    /** @description As on the topic: `GET /api/asyncapi.json` */
    CloudEvent: {
      /** @constant */
      specversion: '1.0';
      id: string;
      source: string;
      type: string;
      /** Format: date-time */
      time: string;
      /** @constant */
      datacontenttype: 'application/json';
      aggregate: string;
      /** Format: uuid */
      aggregateid: string;
      aggregateversion: number;
      schemaversion: number;
      traceparent: string;
      data: unknown;
    };
    Health: {
      /** @enum {string} */
      status: 'healthy' | 'unhealthy';
      services: {
        [key: string]: 'up' | 'down';
      };
    };
    Projection: {
      name: string;
      generations: {
        /** @example accounts@1.1 */
        generation: string;
        /** @enum {string} */
        state: 'building' | 'live' | 'retired' | 'clearing';
        /** Format: date-time */
        since: string;
        /**
         * Format: uuid
         * @description The operation that builds it, or has built it
         * @example 0199f8a2-7b1c-7000-8000-000000000000
         */
        operationId?: string;
        /** @description Counted within the last minute */
        rows: number;
      }[];
      /** @description Events that the generation in use had not folded when the app last looked */
      eventsBehind: number;
      /**
       * Format: date-time
       * @description When the oldest of those occurred
       */
      oldestUnapplied?: string;
      /** @description Messages that can never be folded */
      parked: number;
      /** @description Its store takes no writes: the app brings it in later what it misses */
      stalled?: {
        /** Format: date-time */
        since: string;
        reason: string;
      };
    };
    BegunOperation: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      operationId: string;
    };
    Gap: {
      projection: string;
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      aggregateId: string;
      /** @description The view's version of the aggregate; 0 if it has none */
      position: number;
      /** @description The aggregate's version; 0 if the event store no longer has it */
      version: number;
      /** Format: date-time */
      since: string;
      /** @description Whether the row is not what its events make: rebuild the view */
      differs?: boolean;
      /**
       * @description Of a transfer that nobody has settled
       * @example 0199f8a2-7b1c-7000-8000-000000000000:7
       */
      transferId?: string;
    };
    Listener: {
      /** @description Of a webhook `webhook:<id>` */
      name: string;
      /** @enum {string} */
      kind: 'view' | 'subscriber' | 'webhook' | 'stream';
      /**
       * @description `building` and `stalled` are of views; `missing`: there is no subscription of that name; `failing`: the stream takes nothing for the moment; `resting` and `disabled` are of webhooks
       * @enum {string}
       */
      state: 'live' | 'building' | 'stalled' | 'missing' | 'failing' | 'resting' | 'disabled';
      /** @description Why a stream fails, or why a webhook is disabled */
      reason?: string;
      /** @description Events that it has not handled; of all but views some 100 are counted, so that this many may be more */
      behind: number;
      /**
       * Format: date-time
       * @description When the oldest of those occurred, or for a subscriber, came to its subscription
       */
      oldest?: string;
      /** @description Messages that it can never handle; none of a webhook, which has deliveries */
      parked: number;
      /** @description Where a stream goes on: `GET /feed?after=` shows what it sends next. Without it, it begins with the first event */
      position?: string;
    };
    Second: {
      /**
       * Format: date-time
       * @description The beginning of the second
       */
      at: string;
      commands: number;
      /** @description Those of the commands that were not carried out */
      refused: number;
      events: number;
      /** @description How long commands took; absent where there was none */
      commandMs?: {
        /** @description Milliseconds */
        p50: number;
        /** @description Milliseconds */
        p99: number;
      };
      /** @description How old events of the last hour were when a view had folded them; absent where there was none */
      viewMs?: {
        /** @description Milliseconds */
        p50: number;
        /** @description Milliseconds */
        p99: number;
      };
    };
    Step: {
      /** @enum {string} */
      step: 'request' | 'commit' | 'message' | 'view' | 'subscriber';
      /** @description The command, the event's type, or the listener */
      name: string;
      /** @description The event's id; a command has none */
      event?: string;
      /** Format: date-time */
      at: string;
    };
    OperationsPage: {
      items: components['schemas']['Operation'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    Operation: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      operationId: string;
      kind: string;
      /** @description The view, the listener, or webhook:<id> */
      subject: string;
      /** @enum {string} */
      status: 'running' | 'succeeded' | 'failed' | 'cancelled';
      /** @description It was asked to end before its next step */
      cancelRequested?: boolean;
      /** @description Why it failed */
      reason?: string;
      /** @description Events */
      done: number;
      /** @description Events; an estimate until the end */
      total: number;
      /** @description Events a second */
      rate: number;
      secondsLeft?: number;
      /** Format: date-time */
      startedAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    DeadLettersPage: {
      items: components['schemas']['DeadLetter'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    DeadLetter: {
      /** @description Of a parked message, which can be sent again or removed alone */
      id?: string;
      /** @description A view, a subscriber, or a subscription that several share; "relay": a message that could never be sent */
      listener: string;
      /**
       * @description Parked by the app, since it can never apply the message; or dead-lettered by Service Bus
       * @enum {string}
       */
      state: 'parked' | 'deadLettered';
      /** @description The id of the message as it was first sent */
      messageId: string;
      reason: string;
      description?: string;
      /** @description JSON or text, cut after 10000 characters */
      body: string;
      enqueuedAt?: string;
      deliveryCount?: number;
      /** @description How many messages it stands for: those without a right signature that came for one reason in one minute */
      count?: number;
    };
    Resubmitted: {
      resubmitted: number;
      /** @description Whether some are left: send the request again */
      more: boolean;
    };
    CreatedWebhook: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      url: string;
      types: string[];
      description: string | null;
      /**
       * @description Resting: after failures in a row, one delivery alone is tried until one succeeds
       * @enum {string}
       */
      status: 'enabled' | 'resting' | 'disabled';
      /** Format: date-time */
      createdAt: string;
      /** @description Shown once: a repeat of the request has none */
      secret?: string;
      /**
       * @description The first answer to this request had the secret
       * @constant
       */
      secretShown?: false;
    };
    WebhookPage: {
      items: components['schemas']['Webhook'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    Webhook: {
      /**
       * Format: uuid
       * @example 0199f8a2-7b1c-7000-8000-000000000000
       */
      id: string;
      url: string;
      types: string[];
      description: string | null;
      /**
       * @description Resting: after failures in a row, one delivery alone is tried until one succeeds
       * @enum {string}
       */
      status: 'enabled' | 'resting' | 'disabled';
      /** Format: date-time */
      createdAt: string;
      /**
       * @description Why it is disabled: an operator did it; no success for five days since its first failure; it answered 410; the key of its secret is gone
       * @enum {string}
       */
      reason?: 'operator' | 'failing' | 'gone' | 'secretLost';
      /**
       * Format: date-time
       * @description To within ten seconds
       */
      lastSuccessAt?: string;
      /**
       * Format: date-time
       * @description Since the last success
       */
      firstFailureAt?: string;
    };
    RotatedSecret: {
      /** @description Shown once: a repeat of the request has none */
      secret?: string;
      /**
       * @description The first answer to this request had the secret
       * @constant
       */
      secretShown?: false;
      /** Format: date-time */
      formerUntil: string;
    };
    TestedWebhook: {
      /** @enum {string} */
      status: 'succeeded' | 'failed';
      /** @description The status of the last answer */
      lastStatus?: number;
      /** @description Why there was no answer: addressRefused, nameNotResolved, connectionFailed, certificateRefused, timedOut … */
      lastError?: string;
      ms: number;
    };
    WebhookDeliveryPage: {
      items: components['schemas']['WebhookDelivery'][];
      /** @description Where the next page begins; absent on the last */
      nextCursor?: string;
    };
    WebhookDelivery: {
      /** @description <webhookId>:<eventId> */
      id: string;
      eventId: string;
      type: string;
      /** @enum {string} */
      status: 'pending' | 'succeeded' | 'failed';
      attempts: number;
      /** @description The status of the last answer */
      lastStatus?: number;
      /** @description Why there was no answer: addressRefused, nameNotResolved, connectionFailed, certificateRefused, timedOut … */
      lastError?: string;
      /** Format: date-time */
      nextAttemptAt?: string;
    };
    RetriedDeliveries: {
      retried: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listCustomers: {
    parameters: {
      query?: {
        /** @description The whole address, in any spelling of it */
        email?: string;
        /** @description The beginning of the first or the last name, in any case */
        name?: string;
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerLinePage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createCustomer: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "firstName": "Ada",
         *       "lastName": "Lovelace",
         *       "email": "ada@example.com"
         *     }
         */
        'application/json': {
          firstName: string;
          lastName: string;
          /** Format: idn-email */
          email: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the customer */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Created'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  renameCustomer: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "firstName": "Ada",
         *       "lastName": "King"
         *     }
         */
        'application/json': {
          firstName: string;
          lastName: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Changed'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeEmail: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada.king@example.com"
         *     }
         */
        'application/json': {
          /** Format: idn-email */
          email: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Changed'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  customerEvents: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Which event comes first */
        order?: 'oldest' | 'newest';
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerEventsPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getNotifications: {
    parameters: {
      query?: {
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Notifications'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  chooseNotifications: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "types": [
         *         "MoneyDeposited",
         *         "TransferReceived"
         *       ],
         *       "above": {
         *         "amount": "50.00",
         *         "currency": "EUR"
         *       }
         *     }
         */
        'application/json': {
          types: (
            | 'AccountOpened'
            | 'MoneyDeposited'
            | 'MoneyWithdrawn'
            | 'TransferSent'
            | 'TransferReceived'
            | 'TransferReturned'
          )[];
          above?: {
            /** @example 12.34 */
            amount: string;
            currency: components['schemas']['Currency'];
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Notifications'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listAccounts: {
    parameters: {
      query?: {
        /** @description Only accounts of this customer */
        customerId?: string;
        /** @description Only accounts of this status */
        status?: 'open' | 'frozen' | 'closed';
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountLinePage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  openAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "customerId": "0199f8a2-7b1c-7000-8000-000000000000",
         *       "currency": "EUR"
         *     }
         */
        'application/json': {
          /**
           * Format: uuid
           * @example 0199f8a2-7b1c-7000-8000-000000000000
           */
          customerId: string;
          currency: components['schemas']['Currency'];
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the account */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Created'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  depositMoney: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": "100.00",
         *       "currency": "EUR",
         *       "reference": "Salary"
         *     }
         */
        'application/json': {
          /** @example 12.34 */
          amount: string;
          currency: components['schemas']['Currency'];
          reference?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Moved'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  reverseTransaction: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
        /** @description The id of the transaction */
        transactionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "Typing error"
         *     }
         */
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MovedWithin'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  withdrawMoney: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": "58.00",
         *       "currency": "EUR",
         *       "reference": "Rent"
         *     }
         */
        'application/json': {
          /** @example 12.34 */
          amount: string;
          currency: components['schemas']['Currency'];
          reference?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Moved'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getAccount: {
    parameters: {
      query?: {
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
        /** @description The account as it was at this version */
        version?: number;
        /** @description The account as it was at this instant, which is not to come */
        at?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Account'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  accountEvents: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Which event comes first */
        order?: 'oldest' | 'newest';
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountEventsPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  freezeAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "Card lost"
         *     }
         */
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountStatus'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  unfreezeAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "Card found"
         *     }
         */
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountStatus'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  closeAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "reason": "Moved abroad"
         *     }
         */
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountStatus'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listHolds: {
    parameters: {
      query?: {
        /** @description Only holds of this status */
        status?: 'open' | 'captured' | 'released' | 'expired';
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HoldPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  placeHold: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": "50.00",
         *       "currency": "EUR",
         *       "reference": "Hotel"
         *     }
         */
        'application/json': {
          /** @example 12.34 */
          amount: string;
          currency: components['schemas']['Currency'];
          reference?: string;
          /**
           * Format: date-time
           * @description From then on it holds nothing; 7 days from now if not given, 31 at most
           */
          expiresAt?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HoldPlaced'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  captureHold: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
        /** @description wait=5: the answer waits that many seconds for the end of the transfer, 30 at most (RFC 7240) */
        prefer?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
        /** @description The id of the hold */
        holdId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "amount": "45.00",
         *       "currency": "EUR"
         *     }
         */
        'application/json': {
          /** @example 12.34 */
          amount?: string;
          currency?: components['schemas']['Currency'];
          reference?: string;
          /**
           * Format: uuid
           * @description The account that gets the money; without one it leaves the bank
           * @example 0199f8a2-7b1c-7000-8000-000000000000
           */
          to?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the transfer */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MovedWithin'] | components['schemas']['TransferSent'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  releaseHold: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
        /** @description The id of the hold */
        holdId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HoldReleased'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  sendTransfer: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
        /** @description wait=5: the answer waits that many seconds for the end of the transfer, 30 at most (RFC 7240) */
        prefer?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": "12.00",
         *       "currency": "EUR",
         *       "to": "0199f8a2-7b1c-7000-8000-000000000001",
         *       "reference": "Dinner"
         *     }
         */
        'application/json': {
          /** @example 12.34 */
          amount: string;
          currency: components['schemas']['Currency'];
          reference?: string;
          /**
           * Format: uuid
           * @description The account that gets the money
           * @example 0199f8a2-7b1c-7000-8000-000000000000
           */
          to: string;
          /** @description Where that account has another currency: a quote of exactly this amount */
          quote?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the transfer */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TransferSent'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTransfer: {
    parameters: {
      query?: never;
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the transfer */
        transferId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Transfer'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listStatements: {
    parameters: {
      query?: {
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Statements'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getStatement: {
    parameters: {
      query?: {
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
        /** @description A month of the bank’s time zone */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          /** @description "Accept" */
          Vary?: string;
          /** @description The file's name, which says so where the statement is provisional */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Statement'];
          'text/csv': string;
          'application/pdf': string;
          'application/xml': string;
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          /** @description "Accept" */
          Vary?: string;
          /** @description The file's name, which says so where the statement is provisional */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listBalances: {
    parameters: {
      query?: {
        /** @description How many balances at most */
        points?: number;
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Balances'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  setRate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
        /** @description ETags, of which the version alone counts: "7" or "7-nJ1x…", a list, or *; 412 if the version is another by now */
        'if-match'?: string;
      };
      path: {
        /** @description What is sold, a hyphen, and what is bought */
        pair: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "rate": "1.0842",
         *       "source": "European Central Bank"
         *     }
         */
        'application/json': {
          /**
           * @description More than zero; at most 12 decimals, and 12 digits from the first to the last that is not zero
           * @example 1.0842
           */
          rate: string;
          source: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Changed'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listRates: {
    parameters: {
      query?: never;
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rates'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rateHistory: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description What is sold, a hyphen, and what is bought */
        pair: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RatePage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  makeQuote: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "sell": {
         *         "amount": "100.00",
         *         "currency": "EUR"
         *       },
         *       "buy": "USD"
         *     }
         */
        'application/json': {
          sell: {
            /** @example 12.34 */
            amount: string;
            currency: components['schemas']['Currency'];
          };
          buy: components['schemas']['Currency'];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Quote'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getCustomer: {
    parameters: {
      query?: {
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Customer'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description The version, "-" and a hash: changes when anything in the answer does; commands take it as If-Match */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTransactions: {
    parameters: {
      query?: {
        /** @description Only those that occurred at this instant or later */
        from?: string;
        /** @description Only those that occurred before this instant */
        to?: string;
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Up to ten positions with commas in between, or a bare version, that the answer has to reflect */
        atLeast?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the customer or the account */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TransactionPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description "view", or "events" if the app folded events that the view did not have yet */
          'Daybook-Source'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTransfers: {
    parameters: {
      query?: {
        /** @description Only transfers of this status */
        status?: 'inTransit' | 'completed' | 'returned';
        /** @description Only transfers from or to this account */
        account?: string;
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TransferPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  dailyTotals: {
    parameters: {
      query?: {
        /** @description The first day; 30 days before `to` if not given */
        from?: string;
        /** @description The last day; today if not given */
        to?: string;
        /** @description Only sums in this currency */
        currency?: components['schemas']['Currency'];
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description Whole seconds since the oldest of the sums was added up, or of one beside them; the sums of past days are kept for ten minutes */
          Age?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DailyTotals'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description Whole seconds since the oldest of the sums was added up, or of one beside them; the sums of past days are kept for ten minutes */
          Age?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  trialBalance: {
    parameters: {
      query?: {
        /** @description Today if not given; no day to come */
        date?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrialBalance'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listInvariants: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Invariant'][];
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readFeed: {
    parameters: {
      query?: {
        /** @description A position from `next`; `now`; or an instant, to the second, since which events were stored. Without it, the feed begins with the first event */
        after?: string;
        /** @description The id of an aggregate, or one of customer, account, rate */
        aggregate?: string;
        /** @description The only type of events in the answer */
        type?:
          | 'CustomerCreated'
          | 'CustomerRenamed'
          | 'CustomerEmailChanged'
          | 'EmailClaimLapsed'
          | 'NotificationsChosen'
          | 'AccountOpened'
          | 'MoneyDeposited'
          | 'MoneyWithdrawn'
          | 'TransactionReversed'
          | 'AccountFrozen'
          | 'AccountUnfrozen'
          | 'AccountClosed'
          | 'HoldPlaced'
          | 'HoldCaptured'
          | 'HoldReleased'
          | 'HoldExpired'
          | 'TransferSent'
          | 'TransferReceived'
          | 'TransferDeclined'
          | 'TransferCompleted'
          | 'TransferReturned'
          | 'RateSet';
        /** @description How many commits to look at; the page ends where one does, and may have more events */
        limit?: number;
        /** @description At the end of the feed, how many seconds to wait for something new */
        wait?: number;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description Seconds, where the answer did not wait, since too many wait */
          'Retry-After'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeedPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          /** @description Seconds, where the answer did not wait, since too many wait */
          'Retry-After'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Health'];
        };
      };
      /** @description A service does not answer */
      503: {
        headers: {
          /** @description Seconds */
          'Retry-After'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Health'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  openApi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            openapi: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  asyncApi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            asyncapi: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  docs: {
    parameters: {
      query?: never;
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listProjections: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Projection'][];
            /**
             * Format: date-time
             * @description When the app last looked: it does so every 30 seconds
             */
            checkedAt?: string;
            /** @description How many aggregates had changed since it looked before */
            aggregates: number;
            /** @description Whether others had changed, for which it had no time, or a view was away */
            more: boolean;
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rebuildProjection: {
    parameters: {
      query?: {
        /** @description What the rebuild may spend at Cosmos DB; as much as it can if not given */
        requestUnitsPerSecond?: number;
      };
      header?: never;
      path: {
        /** @description The name of a view */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description The path of the operation */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BegunOperation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  flipBackProjection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The name of a view */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description The path of the operation */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BegunOperation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listGaps: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Gap'][];
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listListeners: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Listener'][];
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listActivity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Second'][];
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getFlow: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description That of an event; also the trace id in the `traceparent` of the answer to its command */
        correlationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Step'][];
          };
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listOperations: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperationsPage'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getOperation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description What began it has answered with this id */
        operationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Operation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  cancelOperation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description What began it has answered with this id */
        operationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Operation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  replayEvents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A listener of the app, or subscription:<name> */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "2026-11-20T10:00:00Z",
         *       "eventsPerSecond": 500
         *     }
         */
        'application/json': {
          /** @description An instant, or a version of the aggregate */
          from: number | string;
          /**
           * Format: uuid
           * @example 0199f8a2-7b1c-7000-8000-000000000000
           */
          aggregateId?: string;
          types?: (
            | 'CustomerCreated'
            | 'CustomerRenamed'
            | 'CustomerEmailChanged'
            | 'EmailClaimLapsed'
            | 'NotificationsChosen'
            | 'AccountOpened'
            | 'MoneyDeposited'
            | 'MoneyWithdrawn'
            | 'TransactionReversed'
            | 'AccountFrozen'
            | 'AccountUnfrozen'
            | 'AccountClosed'
            | 'HoldPlaced'
            | 'HoldCaptured'
            | 'HoldReleased'
            | 'HoldExpired'
            | 'TransferSent'
            | 'TransferReceived'
            | 'TransferDeclined'
            | 'TransferCompleted'
            | 'TransferReturned'
            | 'RateSet'
          )[];
          /** @default 500 */
          eventsPerSecond?: number;
        };
      };
    };
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description The path of the operation */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BegunOperation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description As the list of messages names it */
        listener?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeadLettersPage'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resubmitDeadLetters: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description As the list of messages names it */
        listener: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Resubmitted'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resubmitDeadLetter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description As the list of messages names it */
        listener: string;
        /** @description Of a parked message */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Resubmitted'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  discardDeadLetter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description As the list of messages names it */
        listener: string;
        /** @description Of a parked message */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://example.com/hook",
         *       "types": [
         *         "MoneyDeposited"
         *       ],
         *       "description": "Bookkeeping"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @example https://example.com/hook
           */
          url: string;
          /** @description The types of events that it is told of; none means all */
          types?: (
            | 'CustomerCreated'
            | 'CustomerRenamed'
            | 'CustomerEmailChanged'
            | 'EmailClaimLapsed'
            | 'NotificationsChosen'
            | 'AccountOpened'
            | 'MoneyDeposited'
            | 'MoneyWithdrawn'
            | 'TransactionReversed'
            | 'AccountFrozen'
            | 'AccountUnfrozen'
            | 'AccountClosed'
            | 'HoldPlaced'
            | 'HoldCaptured'
            | 'HoldReleased'
            | 'HoldExpired'
            | 'TransferSent'
            | 'TransferReceived'
            | 'TransferDeclined'
            | 'TransferCompleted'
            | 'TransferReturned'
            | 'RateSet'
          )[];
          description?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the webhook */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedWebhook'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Webhook'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      204: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "types": [
         *         "MoneyDeposited",
         *         "MoneyWithdrawn"
         *       ],
         *       "status": "enabled"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @example https://example.com/hook
           */
          url?: string;
          /** @description The types of events that it is told of; none means all */
          types?: (
            | 'CustomerCreated'
            | 'CustomerRenamed'
            | 'CustomerEmailChanged'
            | 'EmailClaimLapsed'
            | 'NotificationsChosen'
            | 'AccountOpened'
            | 'MoneyDeposited'
            | 'MoneyWithdrawn'
            | 'TransactionReversed'
            | 'AccountFrozen'
            | 'AccountUnfrozen'
            | 'AccountClosed'
            | 'HoldPlaced'
            | 'HoldCaptured'
            | 'HoldReleased'
            | 'HoldExpired'
            | 'TransferSent'
            | 'TransferReceived'
            | 'TransferDeclined'
            | 'TransferCompleted'
            | 'TransferReturned'
            | 'RateSet'
          )[];
          description?: string | null;
          /**
           * @description Disabled: what is pending ends as failed, and nothing is written down for it
           * @enum {string}
           */
          status?: 'enabled' | 'disabled';
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Webhook'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Done */
      201: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RotatedSecret'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TestedWebhook'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description How many items at most */
        limit?: number;
        /** @description The `nextCursor` of the page before */
        cursor?: string;
        /** @description Of those alone */
        status?: 'pending' | 'succeeded' | 'failed';
      };
      header?: {
        /** @description ETags of answers that the caller has; 304 if one of them is still the answer */
        'if-none-match'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookDeliveryPage'];
        };
      };
      /** @description Not modified */
      304: {
        headers: {
          /** @description Changes when anything in the answer does */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryWebhookDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
        /** @description The id of the delivery: <webhookId>:<eventId> */
        deliveryId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryWebhookDeliveries: {
    parameters: {
      query: {
        /** @description Of events that are not older */
        since: string;
      };
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RetriedDeliveries'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  replayToWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gives the first outcome again */
        'idempotency-key'?: string;
      };
      path: {
        /** @description The id of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "2026-11-20T10:00:00Z"
         *     }
         */
        'application/json': {
          /** Format: date-time */
          from: string;
          /**
           * Format: date-time
           * @description Now, where it is not given
           */
          to?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      202: {
        headers: {
          /** @description "true" if the key was used before */
          'Idempotency-Replayed'?: string;
          /** @description The path of the operation */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BegunOperation'];
        };
      };
      /** @description A problem */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
