package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;

/** Prepares {@link SmallTexts} in a separate folder for each test. */
abstract class PreparationCase {
  static SparkSession spark;

  @TempDir Path folder;
  Path texts;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void write() throws IOException {
    texts = SmallTexts.write(folder.resolve("texts"));
  }

  CorpusSettings settings(String path, Map<String, Object> more) {
    return SmallTexts.settings(texts, folder.resolve(path), more);
  }

  Corpus prepare(String path) {
    return Preparation.run(spark, settings(path, Map.of()));
  }
}
