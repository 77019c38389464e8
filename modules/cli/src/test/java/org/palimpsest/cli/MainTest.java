package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that need neither Spark nor a corpus. */
class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "prepare",
        "preview",
        "pretrain",
        "finetune",
        "stop",
        "evaluate",
        "restore",
        "embed",
        "import",
        "export",
        "doctor"
      })
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out())
        .contains("Usage: palimpsest " + command)
        .contains("--config=FILE")
        .contains("--set=KEY=VALUE")
        .contains("--print-config")
        .contains("--stacktrace");
  }

  @Test
  void suggestsCommandsForAMisspelledOne() {
    assertThat(run("pretrian")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "palimpsest: Unmatched argument at index 0: 'pretrian' (did you mean pretrain or"
                + " prepare or preview?)\nTry 'palimpsest --help'.\n");
  }

  @ParameterizedTest
  @CsvSource({"yarn, cluster, true", "yarn, client, false", "spark://host:7077, cluster, false"})
  void onlyTheApplicationMasterOfYarnReturnsInsteadOfExiting(
      String master, String mode, boolean expected) {
    Properties properties = new Properties();
    properties.setProperty("spark.master", master);
    properties.setProperty("spark.submit.deployMode", mode);
    assertThat(Main.isYarnCluster(properties)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "6, true", "1, false", "3, false", "4, false", "5, false"})
  void aRunThatIsToBeResumedIsASuccess(int code, boolean expected) {
    assertThat(Main.isSuccess(code)).isEqualTo(expected);
  }

  @Test
  void rejectsAnUnknownOption() {
    assertThat(run("prepare", "--bogus")).isEqualTo(2);
    assertThat(err())
        .startsWith("palimpsest: Unknown option: '--bogus'")
        .endsWith("Try 'palimpsest prepare --help'.\n");
  }

  @Test
  void suggestsTheNearestKey() {
    assertThat(run("pretrain", "--set", "training.stepz=3")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "palimpsest: Unknown configuration key 'training.stepz': the nearest known key is"
                + " 'training.steps'.\n");
  }

  @Test
  void rejectsAMissingRecipe() {
    assertThat(run("pretrain", "--config", folder.resolve("none.conf").toString())).isEqualTo(2);
    assertThat(err()).contains("The recipe " + folder.resolve("none.conf") + " does not exist");
  }

  @Test
  void setOverridesTheRecipeAndEarlierSet() throws IOException {
    Path recipe = folder.resolve("a.conf");
    Files.writeString(recipe, "seed = 7, training { steps = 12, workers = 2 }");

    int code =
        run(
            "pretrain",
            "--config",
            recipe.toString(),
            "--set",
            "training.steps=13",
            "--set",
            "training.steps=14",
            "--print-config");

    assertThat(code).isZero();
    assertThat(out()).contains("seed=7").contains("steps=14").contains("workers=2");
  }

  @Test
  void optionsOfPrepareSetKeysOfTheRecipe() {
    int code =
        run(
            "prepare",
            "--input=a b.jsonl",
            "--documents=line",
            "--text-field=body",
            "--id-field=url",
            "--max-rejected=0.2",
            "--print-config");
    assertThat(code).isZero();
    assertThat(out())
        .contains("documents=line")
        .contains("id-field=url")
        .contains("input=\"a b.jsonl\"")
        .contains("max-rejected=\"0.2\"")
        .contains("text-field=body");
  }

  @Test
  void optionsOfCorrectingGoTogether() {
    assertThat(run("restore", "--min-gain", "3", "--text", "Teh fish.")).isEqualTo(2);
    assertThat(err())
        .contains("--min-gain chooses among corrections: add --correct, or leave it out.");
    assertThat(run("restore", "--correct", "--spans", "--text", "Teh fish.")).isEqualTo(2);
    assertThat(err()).contains("--correct prints one text: leave out --spans.");
  }

  @Test
  void redactsSecretsInAddresses() {
    int code =
        run("pretrain", "--print-config", "--set", "corpus.path=s3a://AKIA:hunter2@bucket/corpus");
    assertThat(code).isZero();
    assertThat(out()).contains("s3a://(redacted)@bucket/corpus").doesNotContain("hunter2");
  }

  @Test
  void redactsSecrets() {
    assertThat(run("prepare", "--set", "objective.password=hunter2", "--print-config")).isZero();
    assertThat(out()).contains("(redacted)").doesNotContain("hunter2");
  }

  @Test
  void printsAStackTraceOnlyWithStacktrace() {
    assertThat(run("prepare", "--set", "nonsense=1")).isEqualTo(2);
    assertThat(err()).doesNotContain("\tat ");

    assertThat(run("prepare", "--set", "nonsense=1", "--stacktrace")).isEqualTo(2);
    assertThat(err()).contains("PalimpsestException").contains("\tat ");
  }

  private int run(String... arguments) {
    return Main.run(
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)),
        arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
