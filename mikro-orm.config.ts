import { loadConfig } from './src/config.ts';
import { ormOptions } from './src/database/orm-options.ts';
import { entities } from './src/entities.ts';

/** For MikroORM's command line: \`npm run migrate\`. */
export default ormOptions({
  databaseUrl: loadConfig(process.env, { keepsSecret: false }).databaseUrl,
  entities,
});
