import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/account.css';
import { render } from 'preact';
import { Shell } from './app/shell.tsx';

const root = document.getElementById('page');
if (root) render(<Shell />, root);
