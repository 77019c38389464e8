package org.palimpsest.tasks.finetuning;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.store.AttemptFiles;
import org.palimpsest.corpus.store.RejectionCounts;
import org.palimpsest.corpus.store.ShardedStore;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** Encoded pairs in a folder: a sharded data set with 16 training lanes and one validation lane. */
record PairStore(StoredFolder folder, PairManifest manifest) {

  /** The report of one task that writes a partition. */
  record Report(PairLane lane, long cutSources, long cutTargets, RejectionCounts rejected)
      implements Serializable {}

  /**
   * Opens the encoded pairs in a folder, or encodes them if it has none.
   *
   * @param rows as {@link PairFiles#rows()} returns them
   * @throws PalimpsestException of kind INPUT if there are no training pairs, or too many records
   *     were rejected; of kind CONFIGURATION if the folder has pairs with other settings; of kind
   *     CLUSTER if another process is encoding them
   */
  static PairStore open(
      StoredFolder folder,
      PairSettings settings,
      PairTokenizers tokenizers,
      Duration lease,
      Supplier<Dataset<Row>> rows) {
    ShardedStore<PairManifest> store = PairManifest.store(folder);
    Map<String, String> identity = settings.identity(tokenizers);
    if (store.exists()) {
      return existing(store, identity);
    }
    try (StoreWriter<PairManifest> writer = store.writer(lease, Duration.ZERO)) {
      // Another process may have encoded them since.
      return store.exists()
          ? existing(store, identity)
          : encoded(writer, folder, settings, tokenizers, rows.get());
    }
  }

  private static PairStore existing(
      ShardedStore<PairManifest> store, Map<String, String> identity) {
    PairManifest manifest = store.read();
    // Pairs of earlier versions have targets that the sources' tokenizer cut; their runs go on so.
    store.requireSameSettings(
        manifest.settings(),
        identity,
        key -> !key.equals(PairTokenizers.TARGET) || manifest.settings().containsKey(key));
    return new PairStore(store.folder(), manifest);
  }

  private static PairStore encoded(
      StoreWriter<PairManifest> writer,
      StoredFolder folder,
      PairSettings settings,
      PairTokenizers tokenizers,
      Dataset<Row> rows) {
    PairEncoder encoder = new PairEncoder(tokenizers, settings);
    List<Report> reports =
        writer.write(
            rows.javaRDD().mapToPair(encoder::encode), PairEncoder.LANES, PairStore::write);
    PairManifest manifest = PairManifest.of(settings.identity(tokenizers), reports);
    requireEnough(settings, manifest, reports.get(PairEncoder.LANES.rejected()), folder);
    writer.publish(manifest);
    return new PairStore(folder, manifest);
  }

  private static Report write(int partition, Iterator<byte[]> records, AttemptFiles files) {
    return partition == PairEncoder.LANES.rejected()
        ? writeRejected(partition, records, files)
        : writeLane(partition, records, files);
  }

  private static Report writeLane(int partition, Iterator<byte[]> records, AttemptFiles files) {
    PairLane.Writer lane = new PairLane.Writer();
    long[] cut = new long[2];
    StoredFile file =
        files.write(
            "lane-%05d".formatted(partition),
            ".pairs",
            out -> {
              while (records.hasNext()) {
                byte[] marked = records.next();
                lane.append(out, marked, 1);
                cut[0] += marked[0] & PairEncoder.CUT_SOURCE;
                cut[1] += (marked[0] & PairEncoder.CUT_TARGET) >> 1;
              }
            });
    return new Report(lane.lane(file), cut[0], cut[1], new RejectionCounts());
  }

  private static Report writeRejected(int partition, Iterator<byte[]> records, AttemptFiles files) {
    RejectionCounts rejected = new RejectionCounts();
    StoredFile file =
        files.write(
            "rejected-%05d".formatted(partition),
            ".jsonl",
            out -> {
              while (records.hasNext()) {
                append(rejected, records.next(), out);
              }
            });
    return new Report(new PairLane.Writer().lane(file), 0, 0, rejected);
  }

  private static void append(RejectionCounts rejected, byte[] record, OutputStream out)
      throws IOException {
    String[] lines = new String(record, StandardCharsets.UTF_8).split("\n", 2);
    Map<String, String> line = new LinkedHashMap<>();
    line.put("reason", lines[0]);
    line.put("record", lines[1]);
    rejected.append(out, line, lines[0], lines[1]);
  }

  private static void requireEnough(
      PairSettings settings, PairManifest manifest, Report rejected, StoredFolder folder) {
    long records = manifest.pairs() + manifest.validation().rows() + rejected.rejected().total();
    rejected
        .rejected()
        .requireAtMost(
            settings.maxRejected(),
            records,
            "finetune.max-rejected",
            folder.resolve(rejected.lane().file().name()));
    if (manifest.pairs() == 0) {
      throw PalimpsestException.input(
          "The input %s has no training pairs: add pairs, or lower finetune.validation-share."
              .formatted(settings.inputs()));
    }
  }

  /** Returns the training pairs. */
  PairSplit training() {
    return split(manifest.training());
  }

  /** Returns the held-out pairs. */
  PairSplit validation() {
    return split(List.of(manifest.validation()));
  }

  private PairSplit split(List<PairLane> lanes) {
    return new PairSplit(
        folder.path().toString(), lanes, new HadoopSettings(folder.fileSystem().getConf()));
  }
}
