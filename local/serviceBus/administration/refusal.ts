/** A refused request, in the service's words, because the client library reads `SubCode`. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

export class BadRequest extends Refusal {
  constructor(message: string) {
    super(400, `SubCode=40000. ${message}`);
  }
}

export const notFound = (path: string) => new Refusal(404, `SubCode=40400. Not Found. There is no '${path}'.`);

export const alreadyThere = (path: string) =>
  new Refusal(409, `SubCode=40900. Conflict. The messaging entity '${path}' exists already.`);
