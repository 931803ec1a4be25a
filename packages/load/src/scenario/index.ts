/** Who sends what. @module */
export { type Answer, defineScenario, type RequestSpec, type Scenario, type Step } from './scenario.ts';
