import type { ComponentChildren } from 'preact';

export type Column<T> = {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Whether it holds what can be done with a row. */
  readonly isAction?: boolean;
  /** Whether it says what a row is of; the first column does where none is told to. */
  readonly isLead?: boolean;
  /** Whether its texts are long, and shall not be broken for longer ones beside them. */
  readonly isLong?: boolean;
  readonly cell: (item: T) => ComponentChildren;
};

type TableProps<T> = {
  /** What the rows are, for those who do not see the table. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (item: T) => string;
  /** A class of a row that differs from others, as a total does. */
  readonly classOf?: (item: T) => string | undefined;
};

const classesOf = <T,>({ isNumber, isAction, isLong }: Column<T>, isLead: boolean): string =>
  [isNumber && 'number', isAction && 'action', isLong && 'long', isLead && 'lead'].filter(Boolean).join(' ');

/** Rows under titles; on a phone, each row is a card. */
export const Table = <T,>({ caption, columns, rows, keyOf, classOf }: TableProps<T>) => {
  const lead = columns.find(({ isLead }) => isLead) ?? columns[0];
  const shown = columns.map((column) => ({ ...column, class: classesOf(column, column === lead) }));
  return (
    <div class="scroll">
      <table class="cards">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.title} scope="col" class={column.class}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={classOf?.(row)}>
              {shown.map((column) => (
                <td key={column.title} data-column={column.title} class={column.class}>
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
