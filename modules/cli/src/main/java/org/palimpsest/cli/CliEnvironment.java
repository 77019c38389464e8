package org.palimpsest.cli;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.source.FileSource;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;

/** The environment of a command: the Spark session, started on first use, and file systems. */
final class CliEnvironment {
  private static final String HADOOP_PREFIX = "spark.hadoop.";
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*://");

  private CliEnvironment() {}

  /**
   * The session of this process, started on first use. Settings of {@code spark-submit} and of the
   * cluster's files override those of our {@code conf/spark-defaults.conf}.
   */
  static SparkSession spark() {
    if (SparkSession.getDefaultSession().isDefined()) {
      return SparkSession.builder().getOrCreate();
    }
    SparkSession.Builder builder = SparkSession.builder();
    SparkConf given = new SparkConf();
    SparkDefaults.ours().forEach((key, value) -> builder.config(key, given.get(key, value)));
    return builder.getOrCreate();
  }

  /** Stops the session of this process, if there is one. */
  static void stopSpark() {
    if (SparkSession.getDefaultSession().isDefined()) {
      spark().stop();
    }
  }

  /** Hadoop's configuration as Spark would make it, without starting Spark. */
  static Configuration hadoop() {
    Configuration hadoop = new Configuration();
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(HADOOP_PREFIX))
        .forEach(
            name -> hadoop.set(name.substring(HADOOP_PREFIX.length()), System.getProperty(name)));
    return hadoop;
  }

  /** The recipe's prepared corpus. */
  static Corpus corpus(Recipe recipe) {
    return Corpus.open(new Path(CorpusSettings.from(recipe.config()).path()), hadoop());
  }

  /** The tokenizer that the recipe names, otherwise the one of its prepared corpus. */
  static Tokenizer tokenizer(Recipe recipe) {
    String path = recipe.section("tokenizer").getString("path");
    return path.isEmpty() ? corpus(recipe).tokenizer() : Tokenizer.load(new Path(path), hadoop());
  }

  /** The checkpoints of the recipe's run. */
  static Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), hadoop());
  }

  /** Whether an argument names files; otherwise it is a text. */
  static boolean exists(String input) {
    try {
      Path path = new Path(input);
      FileStatus[] found = path.getFileSystem(hadoop()).globStatus(path);
      return found != null && found.length > 0;
    } catch (IOException | IllegalArgumentException e) {
      return SCHEME.matcher(input).lookingAt();
    }
  }

  /** Reads the documents of files lazily, on this machine. */
  static Iterator<Reading> read(String input, CorpusSettings settings) {
    return new FileSource(List.of(new Input(input)), settings.reading(), hadoop())
        .read(spark())
        .toLocalIterator();
  }
}
