export {
  type Config,
  type ConfigRow,
  type ConfigRows,
  type ConfigTable,
  type Contradiction,
  defineConfig,
} from './config-row.ts';
export { allowedText } from './config-value.ts';
export { CONFIG_ERRORS, type ConfigErrorCode } from './errors.ts';
export { type Environment, type ReadConfigOptions, readConfig } from './read-config.ts';
export { readServiceConfig, type ServiceConfig, serviceConfig } from './service-config.ts';
