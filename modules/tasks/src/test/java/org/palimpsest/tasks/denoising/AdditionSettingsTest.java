package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.config.Recipe;

/** An addition to a corpus that was prepared with other values than the defaults. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class AdditionSettingsTest {
  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void prepare(SparkSession session) throws IOException {
    spark = session;
    String values =
        "seed = 9, corpus { block-size = 16, lanes = 3, row-group-blocks = 8, policy = apart,"
            + " clean { duplicates = near, near-duplicates.threshold = 0.9 } },"
            + " tokenizer.train { size = 420, special-tokens = [\"[A]\", \"[B]\"] }";
    Preparation.run(
        spark,
        Pretraining.corpusSettings(Recipe.of(values).with(path(), input("text.txt", 1)), hadoop()));
  }

  private static org.apache.hadoop.conf.Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private static String path() {
    return "corpus.path=\"" + folder.resolve("corpus") + "\"";
  }

  private static String input(String name, int day) throws IOException {
    Path text = folder.resolve(name);
    String sentence = day + " mice live in the house. They eat cheese number ";
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      all.append(sentence).append(i * day).append(".\n\n");
    }
    return "corpus.input=\"" + Files.writeString(text, all) + "\"";
  }

  private static CorpusSettings settings(String... assignments) {
    return Pretraining.additionSettings(Recipe.defaults().with(path()).with(assignments), hadoop());
  }

  @Test
  void keysThatAreNotSetHaveTheValuesOfTheCorpus() {
    CorpusSettings settings = settings();
    assertThat(settings.blockSize()).isEqualTo(16);
    assertThat(settings.seed()).isEqualTo(9);
    assertThat(settings.policy()).isEqualTo(CorpusSettings.Policy.APART);
    assertThat(settings.cleaning().similarity().threshold()).isEqualTo(0.9);
  }

  @Test
  void keysThatAreSetHaveTheirValues() {
    CorpusSettings settings = settings("corpus.validation-share=0.5", "corpus.lanes=7");
    assertThat(settings.validationShare()).isEqualTo(0.5);
    assertThat(settings.lanes()).isEqualTo(7);
  }

  @Test
  void textIsAddedWithoutRepeatingAnyKey() throws IOException {
    Corpus after = Preparation.add(spark, settings(input("more.txt", 2)));
    assertThat(after.generations()).isGreaterThan(1);
    assertThat(after.blockSize()).isEqualTo(16);
  }

  @Test
  void aTokenizerThatIsSetMustBeThatOfTheCorpus() throws IOException {
    CorpusSettings same = settings("tokenizer.train.size=420", input("third.txt", 3));
    assertThat(Preparation.add(spark, same).generations()).isGreaterThan(1);

    CorpusSettings other = settings("tokenizer.train.size=500", input("fourth.txt", 4));
    assertThatThrownBy(() -> Preparation.add(spark, other))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokenizer.train.size = 420, but the setting is now 500:");
  }

  @Test
  void withoutACorpusThereIsNothingToAddTo() {
    Recipe recipe = Recipe.defaults().with("corpus.path=\"" + folder.resolve("none") + "\"");
    assertThatThrownBy(() -> Pretraining.additionSettings(recipe, hadoop()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not a corpus: it has no manifest.json");
  }
}
