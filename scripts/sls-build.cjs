/**
 * Serverless plugin: `sls deploy` and `sls package` check hansho.yml and build dist/ before they pack, with the
 * Node that the repository pins. A CommonJS file, because the serverless CLI may itself run on an older Node.
 */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

class SlsBuild {
  constructor(serverless, _options, { log }) {
    this.serverless = serverless;
    this.log = log;
    this.hooks = {
      initialize: () => this.checkEmail(),
      'before:package:createDeploymentArtifacts': () => this.build(),
      'before:deploy:function:packageFunction': () => this.build(),
    };
  }

  /** Nobody may deploy an alert pipeline whose own failures reach nobody. */
  checkEmail() {
    const { commands } = this.serverless.processedInput;
    const email = this.serverless.service.resources.Resources.OpsEmail.Properties.Endpoint;
    if (commands.join(' ') !== 'deploy' || (/^[^@\s]+@[^@\s]+$/.test(email) && !email.endsWith('.invalid'))) return;
    throw new this.serverless.classes.Error(
      'Say who hears of Hansho\'s own failures: npx sls deploy --param="opsEmail=ops@example.com" (or set it under params in serverless.yml).',
    );
  }

  build() {
    const root = this.serverless.serviceDir;
    const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
    const node = existsSync(pinned) ? pinned : process.execPath;
    const built = spawnSync(node, [join(root, 'scripts', 'build.ts')], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (built.status === 0) {
      if (built.stderr.trim() !== '') this.log.warning(built.stderr.trim());
      return;
    }
    throw new this.serverless.classes.Error(`Nothing was deployed: ${built.stderr || built.error || 'the build failed'}`);
  }
}

module.exports = SlsBuild;
