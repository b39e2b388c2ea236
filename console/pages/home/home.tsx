import { api } from '../../api/client.ts';
import { useQuery } from '../../api/query.ts';
import { may } from '../../app/door.ts';
import type { ConsolePage } from '../../app/page.ts';
import { Head } from '../../parts/panel.tsx';
import { Activity } from './activity.tsx';
import { Books } from './books.tsx';
import { Services } from './services.tsx';
import { Views } from './views.tsx';
import { WhatIsWrong } from './whatIsWrong.tsx';

const Home = () => {
  const isOperator = may(['Operator']);
  const watches = may(['Operator', 'Auditor']);
  const health = useQuery((asking) => api.GET('/api/health', asking), []);
  const views = useQuery((asking) => api.GET('/api/ops/projections', asking), []);
  const gaps = useQuery((asking) => api.GET('/api/ops/gaps', asking), []);
  const invariants = useQuery((asking) => api.GET('/api/ops/invariants', asking), []);
  return (
    <>
      <Head title="The bank today" />
      <WhatIsWrong
        health={health.value}
        views={isOperator ? views.value : undefined}
        gaps={isOperator ? gaps.value : undefined}
        invariants={watches ? invariants.value : undefined}
      />
      <div class="grid">
        {watches && <Activity />}
        {isOperator && <Views of={views.value} />}
        {may(['Auditor', 'Teller']) && <Books invariants={watches ? invariants.value : undefined} />}
        <Services of={health.value} />
      </div>
    </>
  );
};

export const homePage: ConsolePage = {
  path: '/',
  title: 'Home',
  inMenu: true,
  roles: ['Teller', 'Auditor', 'Operator'],
  Page: Home,
};
