/** Who sends what. @module */
export { type BodySource, fileBody } from './body-source.ts';
export { type Answer, defineScenario, type RequestSpec, type Scenario, type Step } from './scenario.ts';
