package org.palimpsest.corpus.examples;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * Writes corrupted examples as Parquet, for training with other tools: one folder of files per
 * epoch, the tokenizer, and {@code _palimpsest.json}, which describes the examples. The columns
 * have the names of the arguments of Hugging Face models; {@code labels} is {@link
 * ExampleRow#NO_LOSS} where no loss counts.
 *
 * <p>Reads the lanes once per epoch without a shuffle and writes one file per lane. Memory: one row
 * group per lane.
 *
 * @param corpus the corpus, whose training split is corrupted
 * @param objective the denoising objective
 * @param seed the run's seed
 */
public record ExampleFiles(Corpus corpus, Objective objective, long seed) {
  private static final String UNFINISHED = ".unfinished";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Column[] IDS = {
    col("block"),
    col("source").as("input_ids"),
    col("decoderInput").as("decoder_input_ids"),
    col("decoderPositions").as("decoder_position_ids"),
    col("labels")
  };
  private static final Column[] TEXTS = {
    col("block"), col("sourceText").as("source"), col("targetText").as("target")
  };

  /** Which columns the files have. */
  public enum Content {
    /** Ids. */
    IDS,
    /**
     * The texts of sources and targets, in {@code source} and {@code target}; without a tokenizer,
     * so that the folder is an input of pairs.
     */
    TEXTS
  }

  /** Writes epochs of ids. */
  public long write(SparkSession session, long firstEpoch, int epochs, Path folder) {
    return write(session, firstEpoch, epochs, folder, Content.IDS);
  }

  /**
   * Writes epochs. The folder appears only when it is complete.
   *
   * @return number of examples
   * @throws PalimpsestException of kind CONFIGURATION if the objective does not fit the corpus; of
   *     kind INPUT if the folder exists or cannot be written
   */
  public long write(
      SparkSession session, long firstEpoch, int epochs, Path folder, Content content) {
    if (epochs < 1 || firstEpoch < 0) {
      throw PalimpsestException.configuration(
          "The export of %d epochs from epoch %d is not possible: set at least 1 epoch and a first epoch of at least 0."
              .formatted(epochs, firstEpoch));
    }
    CorruptionStage.of(objective, corpus, seed, firstEpoch);
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Path unfinished = folder.suffix(UNFINISHED);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      refuseExisting(files, folder);
      files.delete(unfinished, true);
      if (!files.mkdirs(unfinished)) {
        throw new IOException(unfinished + " cannot be created");
      }
      for (long epoch = firstEpoch; epoch < firstEpoch + epochs; epoch++) {
        writeEpoch(session, epoch, new Path(unfinished, "epoch=" + epoch), content);
      }
      describe(new StoredFolder(unfinished, hadoop), firstEpoch, epochs, content);
      if (!files.rename(unfinished, folder)) {
        throw new IOException(unfinished + " cannot be renamed");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The folder " + folder + " cannot be written: " + Reason.of(e) + ".",
          e);
    }
    return corpus.training().blocks() * epochs;
  }

  private static void refuseExisting(FileSystem files, Path folder) throws IOException {
    if (files.exists(folder)) {
      throw PalimpsestException.input(
          "The folder " + folder + " already exists: name a new folder, or delete it first.");
    }
  }

  private void writeEpoch(SparkSession session, long epoch, Path folder, Content content) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    String description = "Corrupt the blocks of epoch " + epoch + " and write them as Parquet";
    spark.setJobDescription(description);
    TokenizerFile texts = content == Content.IDS ? null : corpus.tokenizerFile();
    try {
      JavaRDD<ExampleRow> rows =
          corpus
              .training()
              .rdd(spark)
              .mapPartitions(CorruptionStage.of(objective, corpus, seed, epoch))
              .map(example -> row(example, epoch, texts));
      Column[] columns = content == Content.IDS ? IDS : TEXTS;
      session
          .createDataset(rows.rdd(), Encoders.bean(ExampleRow.class))
          .select(columns)
          .write()
          .parquet(folder.toString());
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(description, e);
    } finally {
      spark.setJobDescription(null);
    }
  }

  /** A row, with texts if there is a tokenizer for them. */
  private static ExampleRow row(DenoisingExample example, long epoch, TokenizerFile texts) {
    ExampleRow row = ExampleRow.of(example, epoch);
    return texts == null ? row : row.withTexts(texts.tokenizer(), example.targetTokens());
  }

  private void describe(StoredFolder folder, long firstEpoch, int epochs, Content content) {
    ObjectNode facts = JSON.createObjectNode();
    facts.set("objective", JSON.valueToTree(objective.describe()));
    facts.put("seed", seed);
    facts.put("firstEpoch", firstEpoch);
    facts.put("epochs", epochs);
    facts.put("corpus", corpus.path().toString());
    facts.put("tokenizerSha256", corpus.tokenizerFile().sha256());
    folder.writeJson("_palimpsest.json", facts);
    if (content == Content.IDS) {
      folder.write("tokenizer.json", out -> out.write(corpus.tokenizerFile().json()));
    }
  }
}
