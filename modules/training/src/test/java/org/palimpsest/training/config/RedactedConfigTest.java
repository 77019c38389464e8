package org.palimpsest.training.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedConfigTest {
  private static String redacted(String key) {
    Config config = ConfigFactory.parseString("a { " + key + " = hush, other = plain }");
    return RedactedConfig.of(config).root().render();
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
        "token",
        "api-tokens",
        "tokens",
        "fs.azure.sas.fixed.token.container.host",
        "fs.azure.sas.token.provider.type",
        "gcp_api_key"
      })
  void redactsSecrets(String key) {
    assertThat(redacted(key)).contains("(redacted)").contains("plain").doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tokenizer", "tokenizer.path", "special-tokens", "mode-token", "key", "keep"})
  void keepsOtherKeys(String key) {
    assertThat(redacted(key)).contains("hush").doesNotContain("(redacted)");
  }

  private static String redactedText(String hocon) {
    return RedactedConfig.of(ConfigFactory.parseString(hocon))
        .root()
        .render(ConfigRenderOptions.concise());
  }

  @Test
  void redactsSecretsInsideLists() {
    assertThat(redactedText("corpus.input = [{path = a, api-token = hush}, {path = b}]"))
        .isEqualTo(
            "{\"corpus\":{\"input\":[{\"api-token\":\"(redacted)\",\"path\":\"a\"},{\"path\":\"b\"}]}}");
  }

  @Test
  void redactsSecretsInAddresses() {
    assertThat(
            redactedText(
                "corpus { path = \"s3a://AKIA:hush@bucket/c\","
                    + " input = [\"https://x.org/a.gz?v=1&sig=hush\"] }"))
        .isEqualTo(
            "{\"corpus\":{\"input\":[\"https://x.org/a.gz?v=1&sig=(redacted)\"],"
                + "\"path\":\"s3a://(redacted)@bucket/c\"}}");
  }

  @Test
  void keepsConfigurationsWithoutSecrets() {
    Config config = ConfigFactory.parseString("a { b = [1, {c = d}], e = null, token = null }");
    assertThat(RedactedConfig.of(config)).isEqualTo(config);
  }

  @Test
  void aPartlyRedactedValueIsRedacted() {
    Config config = ConfigFactory.parseString("a = \"s3a://(redacted)@bucket\", b = [x]");
    assertThat(RedactedConfig.isRedacted(config.getValue("a"))).isTrue();
    assertThat(RedactedConfig.isRedacted(config.getValue("b"))).isFalse();
  }
}
