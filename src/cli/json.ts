export { toJson } from '../base/json.js';
