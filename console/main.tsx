import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/account.css';
import './styles/flow.css';
import './styles/views.css';
import { render } from 'preact';
import { pages } from './app/pages.ts';
import { knownPaths } from './app/router.ts';
import { Shell } from './app/shell.tsx';

knownPaths.value = pages.map(({ path }) => path);
const root = document.getElementById('page');
if (root) render(<Shell />, root);
