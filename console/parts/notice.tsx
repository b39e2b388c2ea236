import type { Failure } from '../api/failure.ts';
import { config } from '../app/config.ts';
import { may } from '../app/door.ts';
import { linkTo } from '../app/router.ts';

type FailureNoticeProps = {
  readonly of: Failure;
  /** Whether an older answer stands below. */
  readonly isOld?: boolean;
  /** Whether the page tries again by itself. */
  readonly isAskedAgain?: boolean;
};

/** Says why there is no answer. */
export const FailureNotice = ({ of, isOld = false, isAskedAgain = false }: FailureNoticeProps) => {
  if (of.status === 401) {
    return config.door === 'key' ? (
      <p class="muted">The master key opens this. The page asks for it at its top.</p>
    ) : (
      <p class="muted">Your sign-in had ended. Try again.</p>
    );
  }
  const fields = Object.entries(of.fields);
  return (
    <div class={`notice ${isOld ? 'old' : ''} ${of.status === 0 || of.status >= 500 ? 'warn' : 'bad'}`} role="alert">
      <strong>{of.title}</strong>
      {!isOld && <span>{of.code === 'NotFound' ? 'There is nothing at this address.' : of.detail}</span>}
      {fields.length > 0 && (
        <ul>
          {fields.map(([pointer, message]) => (
            <li key={pointer}>
              {pointer.replace(/^\//, '').replaceAll('/', ' ') || 'The request'} {message}
            </li>
          ))}
        </ul>
      )}
      {of.code === 'NotFound' && <span>Check it{may(['Teller', 'Auditor']) && <Customers />}.</span>}
      {isOld && <span>What you see below is from before.</span>}
      {isAskedAgain && of.status >= 500 && <span>This page tries again by itself.</span>}
    </div>
  );
};

const Customers = () => (
  <>
    , or begin with the <a href={linkTo('/customers')}>customers</a>
  </>
);
