import { api } from '../../api/client.ts';
import { useQuery, type Asking } from '../../api/query.ts';
import { may } from '../../app/door.ts';
import type { ConsolePage } from '../../app/page.ts';
import { Head } from '../../parts/panel.tsx';
import { Activity } from './activity.tsx';
import { Books } from './books.tsx';
import { Listeners } from './listeners.tsx';
import { Services } from './services.tsx';
import { Views } from './views.tsx';
import { WhatIsWrong } from './whatIsWrong.tsx';

/** A service that is away makes it a 503, which tells as much. */
const askForHealth = async (asking: Asking) => {
  const { data, error, response } = await api.GET('/api/health', asking);
  const told = error && !('title' in error) ? error : undefined;
  return { data: data ?? told, error, response };
};

const Home = () => {
  const isOperator = may(['Operator']);
  const watches = may(['Operator', 'Auditor']);
  const health = useQuery(askForHealth, []);
  const views = useQuery((asking) => api.GET('/api/ops/projections', asking), [], { isOff: !isOperator });
  const listeners = useQuery((asking) => api.GET('/api/ops/listeners', asking), [], { isOff: !isOperator });
  const gaps = useQuery((asking) => api.GET('/api/ops/gaps', asking), [], { isOff: !isOperator });
  const invariants = useQuery((asking) => api.GET('/api/ops/invariants', asking), [], { isOff: !watches });
  return (
    <>
      <Head title="The bank today">
        {health.value.data && !health.value.failure && <Services of={health.value.data.services} />}
      </Head>
      <WhatIsWrong
        health={health.value}
        views={isOperator ? views.value : undefined}
        listeners={isOperator ? listeners.value : undefined}
        gaps={isOperator ? gaps.value : undefined}
        invariants={watches ? invariants.value : undefined}
      />
      {watches && <Activity />}
      <div class="grid">
        {isOperator && (
          <div class="column">
            <Views of={views.value} />
            <Listeners of={listeners.value} />
          </div>
        )}
        {may(['Auditor', 'Teller']) && <Books invariants={watches ? invariants.value : undefined} />}
      </div>
    </>
  );
};

export const homePage: ConsolePage = {
  path: '/',
  title: 'Home',
  inMenu: 'bank',
  roles: ['Teller', 'Auditor', 'Operator'],
  Page: Home,
};
