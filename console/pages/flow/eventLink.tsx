import { linkTo } from '../../app/router.ts';
import { ShortId } from '../../parts/texts.tsx';

type EventLinkProps = { readonly type: string; readonly id: string };

const ofCustomers = ['CustomerCreated', 'CustomerRenamed', 'CustomerEmailChanged', 'NotificationsChosen'];
const ofNeither = ['RateSet', 'EmailClaimLapsed', 'Event'];

/** Leads from an event to the account as it was then, or to the customer. */
export const EventLink = ({ type, id }: EventLinkProps) => {
  const [aggregateId = '', version = ''] = id.split(':');
  const text = (
    <>
      <ShortId id={aggregateId} /> <span class="muted small">version {version}</span>
    </>
  );
  if (ofNeither.includes(type)) return text;
  if (ofCustomers.includes(type)) return <a href={linkTo(`/customers/${aggregateId}`)}>{text}</a>;
  return <a href={linkTo(`/accounts/${aggregateId}`, { version })}>{text}</a>;
};
