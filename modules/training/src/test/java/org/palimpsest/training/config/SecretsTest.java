package org.palimpsest.training.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static String redacted(String key) {
    Config config = ConfigFactory.parseString("a { " + key + " = hush, other = plain }");
    return Secrets.redacted(config).root().render();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.s3a.session.token",
        "fs.azure.account.key",
        "fs.azure.account.oauth2.client.secret",
        "fs.gs.auth.service.account.private.key",
        "api-secret",
        "passwd",
        "PASSWORD",
        "credentials",
        "token"
      })
  void redactsSecrets(String key) {
    assertThat(redacted(key)).contains("(redacted)").contains("plain").doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer", "tokens", "special-tokens", "key", "keep"})
  void keepsOtherKeys(String key) {
    assertThat(redacted(key)).contains("hush").doesNotContain("(redacted)");
  }
}
