package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.internal.config.package$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.Secrets;

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
    "spark.hadoop.fs.azure.sas.fixed.token.acme, true",
    "spark.hadoop.fs.azure.sas.token.provider.type, true",
    "s3a://AKIA:hush@bucket/corpus, true",
    "https://acme.blob.core.windows.net/c?sv=1&sig=abc, true",
    "hdfs://name:8020/corpus, false",
    "abfs://data@acme.dfs.core.windows.net/corpus, false"
  })
  void redactsSecrets(String key, boolean redacted) {
    Pattern secret = Pattern.compile(SparkDefaults.ours().get("spark.redaction.regex"));

    assertThat(secret.matcher(key).find()).isEqualTo(redacted);
  }

  /** Every word that Spark's default pattern finds. */
  @ParameterizedTest
  @ValueSource(strings = {"secret", "password", "token", "access.key"})
  void isNotWeakerThanSparksPattern(String word) {
    Pattern sparks = Pattern.compile(sparksPattern());
    Pattern ours = Pattern.compile(SparkDefaults.ours().get("spark.redaction.regex"));
    for (String key :
        List.of(word, "a." + word + ".b", "x" + word.toUpperCase(Locale.ROOT) + "y")) {
      assertThat(sparks.matcher(key).find()).as("Spark redacts %s", key).isTrue();
      assertThat(ours.matcher(key).find()).as("its configuration redacts %s", key).isTrue();
      assertThat(Secrets.isSecret(key)).as("a recipe redacts %s", key).isTrue();
    }
  }

  /** A new version of Spark may redact more words. */
  @Test
  void knowsTheWordsOfSparksPattern() {
    assertThat(sparksPattern())
        .isIn(
            "(?i)secret|password|token|access[.]?key", // Spark 4
            "(?i)secret|password|token|access[.]key"); // Spark 3.5
  }

  private static String sparksPattern() {
    return package$.MODULE$.SECRET_REDACTION_PATTERN().defaultValueString();
  }
}
