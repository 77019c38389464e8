package org.palimpsest.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** DataFrames of texts in which each word has a likely next word, and estimators for them. */
final class Texts {
  private static final String[] WORDS = {
    "the", "old", "house", "stands", "by", "a", "river", "and", "sees", "boats", "that", "go", "far"
  };

  private Texts() {}

  /** A DataFrame with a column of that name. */
  static Dataset<Row> frame(SparkSession spark, String column, int count) {
    return spark.createDataset(list(count), Encoders.STRING()).toDF(column);
  }

  static List<String> list(int count) {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(random));
    }
    return texts;
  }

  private static String text(Random random) {
    int word = random.nextInt(WORDS.length);
    StringBuilder text = new StringBuilder(WORDS[word]);
    for (int i = 0; i < 25; i++) {
      word = random.nextInt(4) == 0 ? random.nextInt(WORDS.length) : (word + 1) % WORDS.length;
      text.append(i % 9 == 8 ? ". " : " ").append(WORDS[word]);
    }
    return text.append('.').toString();
  }

  /** Trains a tiny model in a few seconds. */
  static DenoisingPretrainer pretrainer(Path runDir) {
    return new DenoisingPretrainer()
        .setRunDir(runDir.toString())
        .setSettings(
            "corpus.lanes=4",
            "corpus.validation-share=0.1",
            "model.dropout=0.1",
            "tokenizer.train.sentinels=8")
        .setBlockSize(32)
        .setVocabularySize(420)
        .setModelPreset("tiny")
        .setLearningRate(5e-3)
        .setWarmUpSteps(5)
        .setMaxSteps(20)
        .setNumWorkers(2)
        .setBatchBlocks(6)
        .setMicroBatchBlocks(2)
        .setCheckpointEvery(10);
  }
}
