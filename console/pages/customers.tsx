import { useSignal } from '@preact/signals';
import { api } from '../api/client.ts';
import { useCommand } from '../api/command.ts';
import { useQuery } from '../api/query.ts';
import { may } from '../app/door.ts';
import type { ConsolePage, PageProps } from '../app/page.ts';
import { go, linkTo } from '../app/router.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Form } from '../parts/form.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Pager, usePages } from '../parts/pager.tsx';
import { Answered, Empty, Head, Panel } from '../parts/panel.tsx';
import { useInAddress } from '../parts/rested.ts';
import { Table } from '../parts/table.tsx';
import { countText } from '../parts/texts.tsx';
import { OfferDemo } from './faults/demo.tsx';

const Customers = ({ query }: PageProps) => {
  const { wanted, rested: search } = useInAddress('search', query);
  const isAdding = useSignal(false);
  return (
    <>
      <Head title="Customers" about="Search by the beginning of a name, or by a whole e-mail address.">
        {may(['Teller']) && (
          <button type="button" class="main-action" onClick={() => (isAdding.value = true)}>
            New customer
          </button>
        )}
      </Head>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field label="Name or e-mail address" type="search" value={wanted} />
      </form>
      <Found search={search} />
      {isAdding.value && <NewCustomer close={() => (isAdding.value = false)} />}
    </>
  );
};

const Found = ({ search }: { readonly search: string }) => {
  const pages = usePages(['customers', search]);
  const sought = search === '' ? {} : search.includes('@') ? { email: search } : { name: search };
  const found = useQuery(
    (asking) =>
      api.GET('/api/customers', {
        params: { query: { ...sought, limit: 25, ...(pages.cursor !== undefined && { cursor: pages.cursor }) } },
        ...asking,
      }),
    [search, pages.cursor],
    { of: ['customers'] },
  );
  return (
    <Panel title={search === '' ? 'Newest first' : `Found for “${search}”`}>
      <Answered of={found.value}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={search === '' ? 'No customers yet' : 'Nobody has that name or address'}>
              {search === '' && (
                <>
                  <p>Create the first one above.</p>
                  <OfferDemo />
                </>
              )}
              {search !== '' && <p>A name is found by its beginning, an address only as a whole.</p>}
            </Empty>
          ) : (
            <Table
              caption="Customers"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Name',
                  isLong: true,
                  cell: ({ id, firstName, lastName }) => (
                    <a href={linkTo(`/customers/${id}`)}>
                      <bdi>
                        {firstName} {lastName}
                      </bdi>
                    </a>
                  ),
                },
                { title: 'E-mail address', isLong: true, cell: ({ email }) => <bdi>{email}</bdi> },
                { title: 'Accounts', isNumber: true, cell: ({ accounts }) => countText(accounts, '', '').trim() },
              ]}
            />
          )
        }
      </Answered>
      <Pager pages={pages} of={found.value} />
    </Panel>
  );
};

const NewCustomer = ({ close }: { readonly close: () => void }) => {
  const [firstName, lastName, email] = [useSignal(''), useSignal(''), useSignal('')];
  const { state, run } = useCommand((body: { firstName: string; lastName: string; email: string }, header) =>
    api.POST('/api/customers', { body, params: { header } }),
  );
  const submit = async () => {
    const created = await run({ firstName: firstName.value, lastName: lastName.value, email: email.value });
    if (created) go(`/customers/${created.id}`);
  };
  const { failure, isBusy } = state.value;
  return (
    <Dialog title="New customer" close={close}>
      <Form action="Create" isBusy={isBusy} submit={() => void submit()}>
        <Field label="First name" value={firstName} isRequired wrong={failure?.fields['/firstName']} />
        <Field label="Last name" value={lastName} isRequired wrong={failure?.fields['/lastName']} />
        <Field label="E-mail address" type="email" value={email} isRequired wrong={failure?.fields['/email']} />
        {failure && Object.keys(failure.fields).length === 0 && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};

export const customersPage: ConsolePage = {
  path: '/customers',
  title: 'Customers',
  inMenu: 'bank',
  roles: ['Teller', 'Auditor'],
  Page: Customers,
};
