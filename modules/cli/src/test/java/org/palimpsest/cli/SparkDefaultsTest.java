package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Spark settings that apply without other configuration. */
class SparkDefaultsTest {
  @Test
  void readsTheSettingsOfTheFile() {
    assertThat(SparkDefaults.ours())
        .containsEntry("spark.plugins", "org.palimpsest.training.PalimpsestPlugin")
        .containsEntry("spark.executorEnv.OMP_WAIT_POLICY", "passive")
        .containsEntry("spark.locality.wait", "0");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.hadoop.fs.s3a.secret.key, true",
    "spark.hadoop.fs.s3a.access.key, true",
    "spark.hadoop.fs.s3a.session.token, true",
    "spark.hadoop.fs.azure.account.key.acme.dfs.core.windows.net, true",
    "spark.hadoop.fs.gs.auth.service.account.private.key, true",
    "spark.ssl.keyStorePassword, true",
    "spark.authenticate.secret, true",
    "spark.kryo.registrator, false",
    "spark.executor.memory, false",
    "spark.palimpsest.tokenizer, false"
  })
  void redactsSecrets(String key, boolean redacted) {
    Pattern secret = Pattern.compile(SparkDefaults.ours().get("spark.redaction.regex"));

    assertThat(secret.matcher(key).find()).isEqualTo(redacted);
  }
}
