import { useSignal } from '@preact/signals';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import type { Failure } from '../../api/failure.ts';
import { seenOf } from '../../api/positions.ts';
import { useQuery } from '../../api/query.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { Answered, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { Amount } from '../../parts/texts.tsx';
import type { Account } from './account.ts';
import { downloadStatement, forms, type Form } from './downloadStatement.ts';

type Month = components['schemas']['StatementLine'];

const shownAtFirst = 12;

/** The account's months, newest first; each is a statement to keep. */
export const Months = ({ account: { id } }: { readonly account: Account }) => {
  const isWhole = useSignal(false);
  const found = useQuery(
    (asking) => api.GET('/api/accounts/{id}/statements', { params: { path: { id }, query: seenOf(id) }, ...asking }),
    [id],
    { of: [`account ${id}`] },
  );
  return (
    <Panel title="Months" aside={<span class="muted small">in the bank's time zone</span>}>
      <Answered of={found.value}>
        {({ items }) => (
          <>
            <Table
              caption="Months, newest first"
              rows={isWhole.value ? items : items.slice(0, shownAtFirst)}
              keyOf={({ month }) => month}
              columns={[
                { title: 'Month', cell: (month) => <MonthName of={month} /> },
                { title: 'Opening', isNumber: true, cell: ({ opening }) => <Amount of={opening} /> },
                { title: 'Closing', isNumber: true, cell: ({ closing }) => <Amount of={closing} /> },
                { title: 'Movements', isNumber: true, cell: ({ lines }) => lines.toLocaleString() },
                { title: 'Download', cell: ({ month }) => <Files id={id} month={month} /> },
              ]}
            />
            {!isWhole.value && items.length > shownAtFirst && (
              <div>
                <button type="button" onClick={() => (isWhole.value = true)}>
                  All {items.length.toLocaleString()} months
                </button>
              </div>
            )}
          </>
        )}
      </Answered>
    </Panel>
  );
};

const monthNames = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'long', timeZone: 'UTC' });

const MonthName = ({ of: { month, provisional } }: { readonly of: Month }) => (
  <>
    {monthNames.format(new Date(`${month}-01T00:00:00Z`))} {provisional && <span class="badge">provisional</span>}
  </>
);

const Files = ({ id, month }: { readonly id: string; readonly month: string }) => {
  const failure = useSignal<Failure | undefined>(undefined);
  const isBusy = useSignal(false);
  const save = async (form: Form) => {
    isBusy.value = true;
    failure.value = await downloadStatement(id, month, form);
    isBusy.value = false;
  };
  return (
    <>
      <span class="row files">
        {forms.map((form) => (
          <CommandButton key={form.title} class="link" isBusy={isBusy.value} run={() => void save(form)}>
            {form.title}
            <span class="unseen"> of {month}</span>
          </CommandButton>
        ))}
      </span>
      {failure.value && <FailureNotice of={failure.value} />}
    </>
  );
};
