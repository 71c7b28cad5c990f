import 'uplot/dist/uPlot.min.css';
import './styles.css';
import { render } from 'preact';
import { Console } from './console.js';

render(<Console />, document.body);
