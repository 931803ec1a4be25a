export {
  type BooleanRow,
  type Config,
  type ConfigRow,
  type ConfigRows,
  type ConfigTable,
  type Contradiction,
  type DurationRow,
  defineConfig,
  type EnumRow,
  type NumberRow,
  type TextRow,
  type UrlRow,
} from './config-row.ts';
export { allowedText } from './config-value.ts';
export { CONFIG_ERRORS, type ConfigErrorCode } from './errors.ts';
export { type Environment, type ReadConfigOptions, readConfig } from './read-config.ts';
export { readServiceConfig, type ServiceConfig, serviceConfig } from './service-config.ts';
