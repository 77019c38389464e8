package org.palimpsest.dl4j.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.Networks;
import org.palimpsest.dl4j.spark.data.ExportedBatches.Entry;

class ExportedBatchesTest {
  @TempDir Path folder;

  @Property(tries = 100)
  void epochVisitsEveryBatchOnce(
      @ForAll @IntRange(min = 1, max = 300) int batches, @ForAll long seed) {
    BatchOrder order = BatchOrder.of(batches, seed, 3, BatchOrder.Kind.PERMUTED);
    Set<Long> seen = new HashSet<>();
    for (long position = 0; position < batches; position++) {
      long piece = order.at(position);
      assertThat(piece).isBetween(0L, batches - 1L);
      seen.add(piece);
    }
    assertThat(seen).hasSize(batches);
  }

  @Test
  void epochsDifferUnlessTheOrderIsKept() {
    long[] first = order(BatchOrder.of(50, 1, 0, BatchOrder.Kind.PERMUTED));
    assertThat(order(BatchOrder.of(50, 1, 0, BatchOrder.Kind.PERMUTED))).isEqualTo(first);
    assertThat(order(BatchOrder.of(50, 1, 1, BatchOrder.Kind.PERMUTED))).isNotEqualTo(first);
    assertThat(order(BatchOrder.of(50, 1, 1, BatchOrder.Kind.AS_WRITTEN)))
        .isEqualTo(IntStream.range(0, 50).asLongStream().toArray());
  }

  private static long[] order(BatchOrder order) {
    return IntStream.range(0, (int) order.batches()).mapToLong(order::at).toArray();
  }

  @Property(tries = 100)
  void workersShareEveryStepCompletely(
      @ForAll @IntRange(min = 1, max = 200) int batches,
      @ForAll @IntRange(min = 1, max = 9) int perStep,
      @ForAll @IntRange(min = 1, max = 7) int workers) {
    FitData data =
        new FitData(2, 40, perStep, new ExportedBatches("", List.of(new Entry("x", 1, batches))));
    long next = 0;
    for (long step = data.firstStep(); step < data.lastStep(); step++) {
      for (int rank = 0; rank < workers; rank++) {
        FitData.Interval share = data.share(step, rank, workers);
        assertThat(share.from()).isEqualTo(next);
        next = share.to();
      }
      assertThat(next).isEqualTo(Math.min(batches, (step - data.firstStep() + 1) * perStep));
    }
    assertThat(next).isEqualTo(batches);
  }

  @Property(tries = 30)
  void cutsAndJoinsExamplesInOrder(
      @ForAll List<@IntRange(min = 1, max = 7) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 5) int examples) {
    List<MultiDataSet> source = new ArrayList<>();
    List<Float> sent = new ArrayList<>();
    for (int size : sizes) {
      float[][] values = new float[size][2];
      for (float[] row : values) {
        row[0] = sent.size();
        sent.add(row[0]);
      }
      source.add(new DataSet(Nd4j.create(values), Nd4j.create(values)).toMultiDataSet());
    }
    List<Float> received = new ArrayList<>();
    Rebatching batches = new Rebatching(source.iterator(), examples);
    while (batches.hasNext()) {
      MultiDataSet piece = batches.next();
      long count = Rebatching.examples(piece);
      assertThat(count).isEqualTo(Math.min(examples, sent.size() - received.size()));
      for (int i = 0; i < count; i++) {
        assertThat(piece.getLabels(0).getFloat(i, 0))
            .isEqualTo(piece.getFeatures(0).getFloat(i, 0));
        received.add(piece.getFeatures(0).getFloat(i, 0));
      }
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void cutsAndJoinsMasks() {
    MultiDataSet four = DataSet.merge(Networks.walks(4, 5)).toMultiDataSet();
    Rebatching batches = new Rebatching(List.of(four, four).iterator(), 3);
    MultiDataSet first = batches.next();
    MultiDataSet second = batches.next();
    assertThat(first.getFeaturesMaskArray(0).getRow(1))
        .isEqualTo(four.getFeaturesMaskArray(0).getRow(1));
    assertThat(second.getLabelsMaskArray(0).getRow(0))
        .isEqualTo(four.getLabelsMaskArray(0).getRow(3));
    assertThat(second.getLabelsMaskArray(0).getRow(1))
        .isEqualTo(four.getLabelsMaskArray(0).getRow(0));
    assertThat(BatchDecoder.stored(StoredBatch.bytes(second)).getFeaturesMaskArray(0))
        .isEqualTo(second.getFeaturesMaskArray(0));
  }

  @Test
  void readsBatchesInAnyOrder() throws IOException {
    ExportedBatches batches =
        new ExportedBatches(folder.toString(), List.of(file("a", 3), file("b", 1), file("c", 2)));
    try (BatchReader reader = new BatchReader(batches, new Configuration())) {
      assertThat(batches.count()).isEqualTo(6);
      List<String> read = new ArrayList<>();
      for (long number : new long[] {5, 0, 3, 2, 4, 1}) {
        read.add(new String(reader.read(number), StandardCharsets.UTF_8));
      }
      assertThat(read).containsExactly("c1", "a0", "b0", "a2", "c0", "a1");
    }
  }

  private Entry file(String name, int count) throws IOException {
    List<byte[]> all =
        IntStream.range(0, count)
            .mapToObj(i -> (name + i).getBytes(StandardCharsets.UTF_8))
            .toList();
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      assertThat(BatchFile.write(all.iterator(), out)).isEqualTo(count);
    }
    return new Entry(name, Files.size(file), count);
  }

  /** A later version must read the manifests of earlier ones. */
  @Test
  void manifestsKeepTheirNames() throws IOException {
    FitData data =
        new FitData(2, 40, 3, new ExportedBatches("data", List.of(new Entry("x", 10, 9))));
    String json =
        "{\"fit\":2,\"firstStep\":40,\"piecesPerStep\":3,\"pieces\":{\"folder\":\"data\","
            + "\"parts\":[{\"name\":\"x\",\"bytes\":10,\"count\":9}]}}";
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(mapper.writeValueAsString(data)))
        .as("JSON")
        .isEqualTo(mapper.readTree(json));
    assertThat(mapper.readValue(json, FitData.class)).as("data").isEqualTo(data);
  }

  @Test
  void reportsDamagedFiles() throws IOException {
    Entry entry = file("a", 2);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("a").toFile(), "rw")) {
      file.seek(9);
      file.write('X');
    }
    ExportedBatches batches = new ExportedBatches(folder.toString(), List.of(entry));
    try (BatchReader reader = new BatchReader(batches, new Configuration())) {
      assertThat(new String(reader.read(1), StandardCharsets.UTF_8)).isEqualTo("a1");
      assertThatThrownBy(() -> reader.read(0))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageEndingWith(
              "a is damaged: delete its folder, so that the data are exported again.");
    }
    ExportedBatches cut =
        new ExportedBatches(folder.toString(), List.of(new Entry("a", entry.bytes() - 3, 2)));
    try (BatchReader reader = new BatchReader(cut, new Configuration())) {
      assertThatThrownBy(() -> reader.read(0)).hasMessageContaining("is damaged");
    }
  }
}
