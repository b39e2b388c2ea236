type Reply<Body> = {
  readonly response: Response;
  readonly data?: Body | undefined;
  readonly error?: { readonly code: string } | undefined;
};

/** The app did it, or refuses for good, with the code of its problem. */
export type Outcome<Done> = { readonly done: Done } | { readonly refused: string };

/** The statuses by which the app refuses for good; all other failures may pass. */
const refusals = [404, 409, 422];

/** Tells what became of a command. Throws where nobody knows that yet, or where a later try may end in another way. */
export const outcomeOf = <Body, Done>(
  { response, data, error }: Reply<Body>,
  done: (body: Body) => Done,
): Outcome<Done> => {
  if (data !== undefined) return { done: done(data) };
  if (error && refusals.includes(response.status)) return { refused: error.code };
  throw new Error(`The app answered ${response.status}`);
};
