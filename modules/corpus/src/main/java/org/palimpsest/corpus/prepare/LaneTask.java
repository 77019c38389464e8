package org.palimpsest.corpus.prepare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.lane.LaneWriter;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import scala.Tuple2;

/**
 * Writes one partition of the shuffle as it streams by: a lane, or the list of rejected records.
 * Every attempt writes a file of its own; only what a finished task reports gets into the manifest.
 */
final class LaneTask
    implements Function2<Integer, Iterator<Tuple2<LaneKey, Shuffled>>, Iterator<LaneReport>> {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String preparation;
  private final String folder;
  private final HadoopSettings hadoop;
  private final Broadcast<TokenizerFile> tokenizer;
  private final LanePlan plan;
  private final CorpusSettings.Policy policy;
  private final int blockSize;
  private final int rowGroupBlocks;
  private final boolean fingerprints;

  LaneTask(
      StoredFolder folder,
      Broadcast<TokenizerFile> tokenizer,
      LanePlan plan,
      CorpusSettings settings) {
    preparation = UUID.randomUUID().toString().substring(0, 8);
    this.folder = folder.path().toString();
    this.hadoop = new HadoopSettings(folder.fileSystem().getConf());
    this.tokenizer = tokenizer;
    this.plan = plan;
    this.policy = settings.policy();
    this.blockSize = settings.blockSize();
    this.rowGroupBlocks = settings.rowGroupBlocks();
    this.fingerprints = settings.cleaning().searchesDuplicates();
  }

  @Override
  public Iterator<LaneReport> call(Integer partition, Iterator<Tuple2<LaneKey, Shuffled>> records) {
    LaneReport report =
        partition == plan.rejected() ? rejected(partition, records) : lane(partition, records);
    return List.of(report).iterator();
  }

  private LaneReport lane(int partition, Iterator<Tuple2<LaneKey, Shuffled>> records) {
    boolean training = partition < plan.trainingLanes();
    String name =
        "%s/lane-%05d-%s"
            .formatted(
                training ? Layout.TRAINING : Layout.VALIDATION, plan.number(partition), attempt());
    Tally tally = new Tally(blockSize);
    List<StoredFile> texts = new ArrayList<>(1);
    StoredFile lane =
        open()
            .write(
                name + ".parquet", out -> texts.addAll(writeWithTexts(name, records, tally, out)));
    return new LaneReport(
        partition,
        lane.name(),
        lane.size(),
        lane.sha256(),
        texts,
        tally.counts(),
        LaneReport.Rejected.none());
  }

  /** Takes the fingerprints of the documents of a lane. */
  private interface Texts {
    void add(ReadingId text) throws IOException;
  }

  /** Writes a lane and, where duplicates are searched, the fingerprints of its texts beside it. */
  private List<StoredFile> writeWithTexts(
      String name, Iterator<Tuple2<LaneKey, Shuffled>> records, Tally tally, OutputStream out)
      throws IOException {
    if (!fingerprints) {
      writeLane(records, tally, text -> {}, out);
      return List.of();
    }
    return List.of(
        open()
            .write(
                name + TextFingerprints.SUFFIX,
                beside -> {
                  TextFingerprints.Writer texts = new TextFingerprints.Writer(beside);
                  writeLane(records, tally, texts::add, out);
                }));
  }

  private void writeLane(
      Iterator<Tuple2<LaneKey, Shuffled>> records, Tally tally, Texts texts, OutputStream out)
      throws IOException {
    try (LaneWriter lane = new LaneWriter(out, rowGroupBlocks)) {
      BlockCutter cutter =
          BlockCutter.of(
              policy,
              tokenizer.value().tokenizer(),
              blockSize,
              block -> {
                lane.write(block);
                tally.block(block);
              });
      while (records.hasNext()) {
        PackedDocument packed = (PackedDocument) records.next()._2();
        EncodedDocument document = packed.unpacked();
        cutter.add(document);
        tally.document(document);
        texts.add(packed.text());
      }
      cutter.finish();
    }
  }

  private LaneReport rejected(int partition, Iterator<Tuple2<LaneKey, Shuffled>> records) {
    LaneReport.Rejected rejected = LaneReport.Rejected.none();
    LaneReport.Counts counts = LaneReport.Counts.none(blockSize);
    Shuffled first = afterTallies(records, rejected);
    if (first == null) {
      return new LaneReport(partition, "", 0, "", counts, rejected);
    }
    String name = "%s/records-%s.jsonl".formatted(Layout.REJECTED, attempt());
    StoredFile file =
        open()
            .write(
                name,
                out -> {
                  write(((RejectedRecord) first).rejection(), rejected, out);
                  while (records.hasNext()) {
                    write(((RejectedRecord) records.next()._2()).rejection(), rejected, out);
                  }
                });
    return new LaneReport(partition, name, file.size(), file.sha256(), counts, rejected);
  }

  /** The first rejected record, or null; the counts in front of it are taken in. */
  private static Shuffled afterTallies(
      Iterator<Tuple2<LaneKey, Shuffled>> records, LaneReport.Rejected rejected) {
    while (records.hasNext()) {
      Shuffled record = records.next()._2();
      if (record instanceof CleaningTally tally) {
        rejected.cleaned().addAll(tally.counts());
      } else {
        return record;
      }
    }
    return null;
  }

  private static void write(Rejection rejection, LaneReport.Rejected rejected, OutputStream out)
      throws IOException {
    ObjectNode line =
        JSON.createObjectNode()
            .put("source", rejection.source())
            .put("offset", rejection.key())
            .put("reason", rejection.reason())
            .put("detail", rejection.detail());
    out.write(JSON.writeValueAsBytes(line));
    out.write("\n".getBytes(StandardCharsets.UTF_8));
    String detail = rejection.detail().isEmpty() ? "" : ", " + rejection.detail();
    rejected.add(
        rejection.reason(), "as " + rejection.source() + " at " + rejection.key() + detail);
  }

  private StoredFolder open() {
    return new StoredFolder(new Path(folder), hadoop.configuration());
  }

  /** No other attempt, of this preparation or an earlier one, writes a file of this name. */
  private String attempt() {
    return preparation + "-" + TaskContext.get().taskAttemptId();
  }

  /** Counts while a lane is written. */
  private static final class Tally {
    private final long[] byLength;
    private long documents;
    private long sentences;
    private long tokens;
    private long blocks;
    private long utf8Bytes;

    Tally(int blockSize) {
      byLength = new long[blockSize + 1];
    }

    void document(EncodedDocument document) {
      documents++;
      sentences += document.sentenceStarts().length;
    }

    void block(BlockBuffer block) {
      blocks++;
      tokens += block.length();
      utf8Bytes += block.utf8Bytes();
      byLength[block.length()]++;
    }

    LaneReport.Counts counts() {
      return new LaneReport.Counts(documents, sentences, tokens, blocks, utf8Bytes, byLength);
    }
  }
}
