// Settings: what is refused, and that nothing secret is shown.
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, redactedConfig } from '../../infra/config.ts';

describe('settings', () => {
  test.each([
    ['postgres://u:gpfheim@h:1/d', 'postgres://u:redacted@h:1/d'],
    ['postgres://u@h/d?password=gpfheim&sslmode=require', 'postgres://u@h/d?redacted'],
    ['postgres://h/d', 'postgres://h/d'],
    ['postgres://u:gpfheim@h:notaport/d', 'redacted'],
  ])('are shown without the password of %s', (url, shown) => {
    expect(redactedConfig(readConfig({ DATABASE_URL: url }))['databaseUrl']).toBe(shown);
  });

  test.each(['/srv/huixin/keys.json', '/srv/huixin/deep/keys.json', '/srv/huixin/..keys', '/srv/huixin'])(
    'refuse the key in the data folder: %s',
    (keyFile) => {
      const read = () => readConfig({ HUIXIN_DATA_DIR: '/srv/huixin', HUIXIN_KEY_FILE: keyFile });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(/HUIXIN_KEY_FILE: not inside HUIXIN_DATA_DIR.*move it/);
    },
  );

  test.each(['/srv/huixin/../keys.json', '/srv/huixin-keys/keys.json'])('take the key beside it: %s', (keyFile) => {
    expect(readConfig({ HUIXIN_DATA_DIR: '/srv/huixin', HUIXIN_KEY_FILE: keyFile }).dataDir).toBe('/srv/huixin');
  });
});
