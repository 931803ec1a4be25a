/** Who sends what. @module */
export { type BodySource, fileBody } from './body-source.ts';
export { checkFunction, checkName, checkParts, type PartKind, refuseOption } from './check-parts.ts';
export {
  type Answer,
  checkPrerequisite,
  checkRequestNames,
  defineScenario,
  type RequestSpec,
  type Scenario,
  type Step,
} from './scenario.ts';
