package org.palimpsest.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordNetPreparationTest {
  @TempDir Path folder;

  @Test
  void preparesTheGlosses() throws Exception {
    CorpusSettings settings =
        CorpusSettings.from(
            ConfigFactory.parseMap(
                Map.of("corpus.path", folder.resolve("corpus").toString(), "seed", 7)));
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      long start = System.nanoTime();
      Preparation.run(spark, settings);
      System.out.println("prepared in " + (System.nanoTime() - start) / 1e9);
      start = System.nanoTime();
      Corpus corpus = Preparation.fresh(spark, settings);
      System.out.println("prepared again in " + (System.nanoTime() - start) / 1e9);
      System.out.println(corpus.manifest());
      Tokenizer tokenizer = corpus.tokenizer();
      start = System.nanoTime();
      long tokens = 0;
      try (BlockReader reader = corpus.training().reader(1, new Slice(0, 32, 0, 1))) {
        for (long i = 0; i < corpus.training().blocks(); i++) {
          EpochBlock block = reader.next();
          tokens += block.block().length();
          if (i < 4) {
            System.out.println(block.block().id() + " " + tokenizer.show(block.block().tokens()));
          }
        }
      }
      System.out.println("read in " + (System.nanoTime() - start) / 1e9);
      assertThat(tokens).isEqualTo(corpus.training().tokens());
    }
    assertThat(Corpus.open(new org.apache.hadoop.fs.Path(settings.path()), new Configuration()))
        .isNotNull();
  }
}
