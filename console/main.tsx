import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/tables.css';
import './styles/forms.css';
import './styles/plots.css';
import './styles/doors.css';
import './styles/home.css';
import './styles/account.css';
import './styles/flow.css';
import './styles/views.css';
import './styles/operations.css';
import { render } from 'preact';
import { findLauncher } from './api/local.ts';
import { Shell } from './app/shell.tsx';

findLauncher();
const root = document.getElementById('page');
if (root) render(<Shell />, root);
