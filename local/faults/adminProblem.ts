/** The refusal of a request to an admin endpoint: its status, and a message for the caller. */
export class AdminProblem extends Error {
  override readonly name = 'AdminProblem';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
