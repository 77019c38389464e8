package org.palimpsest.corpus.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;

/** Duplicates and copies on Spark, for any number of partitions. */
@Tag("spark")
class CleaningTest {
  private static final int[] PARTITIONS = {1, 2, 7};
  private static final Copies BY_WEIGHT = document -> (int) document.weight();

  private static SparkSession session;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    session = SparkForTests.session("local[2]");
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static CleaningSettings settings(CleaningSettings.Duplicates duplicates) {
    CleaningSettings none = CleaningSettings.none();
    return new CleaningSettings(
        new CleaningSettings.Normalization(
            none.normalization().unicode(),
            none.normalization().controlCharacters(),
            CleaningSettings.WhiteSpace.COLLAPSE),
        none.limits(),
        duplicates,
        none.similarity());
  }

  /** Returns the documents that are kept, in the order of ids, and the sums of all counts. */
  private static List<Reading> clean(
      List<Reading> readings, int partitions, CleaningSettings.Duplicates duplicates) {
    List<Reading> found =
        new ArrayList<>(
            Cleaning.clean(
                    spark.parallelize(readings, partitions),
                    settings(duplicates),
                    BY_WEIGHT,
                    Optional.empty())
                .collect());
    CleaningCounts sum = CleaningCounts.none();
    found.removeIf(
        reading -> {
          if (reading instanceof CleaningCounts counts) {
            sum.addAll(counts);
          }
          return reading instanceof CleaningCounts;
        });
    found.sort(Comparator.comparing(Reading::toString));
    found.add(sum);
    return found;
  }

  private static Document document(int number, String text) {
    return new Document("s", Integer.toString(number), text);
  }

  @Test
  void keepsTheSmallestIdOfEqualTexts() {
    List<Reading> readings = new ArrayList<>();
    Map<String, Document> smallest = new HashMap<>();
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      String text = "Text number " + random.nextInt(150);
      readings.add(document(i, i % 2 == 0 ? text : text.replace(" ", "  ")));
      smallest.merge(
          text, document(i, text), (a, b) -> TextKey.compare(a.id(), b.id()) < 0 ? a : b);
    }
    Rejection rejection = new Rejection("s", "bad", "empty text", "");
    readings.add(rejection);
    List<Reading> once = clean(readings, 1, CleaningSettings.Duplicates.EXACT);
    List<Reading> expected = new ArrayList<>(smallest.values());
    expected.add(rejection);
    assertThat(once.subList(0, once.size() - 1)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(((CleaningCounts) once.get(once.size() - 1)).counts())
        .containsEntry("exact-duplicates", 400L - smallest.size())
        .containsEntry("white-space", 200L);
    for (int partitions : PARTITIONS) {
      assertThat(clean(readings, partitions, CleaningSettings.Duplicates.EXACT)).isEqualTo(once);
    }
  }

  /** Groups of texts that differ by a few words, and unrelated texts. */
  private static List<Reading> families(Random random) {
    List<Reading> readings = new ArrayList<>();
    for (int family = 0; family < 40; family++) {
      String[] words = new String[150];
      for (int w = 0; w < words.length; w++) {
        words[w] = Integer.toString(random.nextInt(1 << 20), 36);
      }
      int members = family % 4 == 0 ? 1 : 2 + family % 5;
      for (int member = 0; member < members; member++) {
        String[] mine = words.clone();
        for (int edit = 0; edit < member % 3; edit++) {
          mine[random.nextInt(mine.length)] = "edited" + member;
        }
        readings.add(document(family * 100 + member, String.join(" ", mine)));
      }
    }
    return readings;
  }

  @Test
  void keepsTheSmallestIdOfSimilarTexts() {
    List<Reading> readings = families(new Random(9));
    List<Reading> once = clean(readings, 1, CleaningSettings.Duplicates.NEAR);
    Map<Integer, Document> first = new HashMap<>();
    for (Reading reading : readings) {
      Document document = (Document) reading;
      first.merge(
          Integer.parseInt(document.key()) / 100,
          document,
          (a, b) -> TextKey.compare(a.id(), b.id()) < 0 ? a : b);
    }
    assertThat(once.subList(0, once.size() - 1))
        .containsExactlyInAnyOrderElementsOf(first.values());
    Map<String, Long> counts = ((CleaningCounts) once.get(once.size() - 1)).counts();
    assertThat(counts.get("exact-duplicates") + counts.get("near-duplicates"))
        .isEqualTo(readings.size() - 40);
    for (int partitions : PARTITIONS) {
      assertThat(clean(readings, partitions, CleaningSettings.Duplicates.NEAR)).isEqualTo(once);
    }
  }

  @Test
  void boundsComparisonsInALargeBucket() {
    // Short texts without letters: their sketches agree only if the texts do.
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      readings.add(document(i, "Number " + i + " of many, all of them short."));
    }
    List<Reading> left = clean(readings, 3, CleaningSettings.Duplicates.NEAR);
    assertThat(left.size()).isGreaterThan(2);
    assertThat(clean(readings, 7, CleaningSettings.Duplicates.NEAR)).isEqualTo(left);
  }

  @Test
  void weightsDropAndCopyDocuments() {
    List<Reading> readings =
        List.of(
            new Document("s", "0", "none", 0),
            new Document("s", "1", "once", 1),
            new Document("s", "2", "thrice", 3));
    List<Reading> found = clean(readings, 2, CleaningSettings.Duplicates.KEEP);
    CleaningCounts counts = (CleaningCounts) found.remove(found.size() - 1);
    assertThat(found)
        .containsExactlyInAnyOrder(
            new Document("s", "1", "once"),
            new Document("s", "2", "thrice"),
            new Document("s", "2#2", "thrice"),
            new Document("s", "2#3", "thrice"));
    assertThat(counts.counts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("left-out-by-weight", 1L, "copied-by-weight", 2L));
    Set<Object> ids = new HashSet<>();
    found.forEach(reading -> ids.add(((Document) reading).id()));
    assertThat(ids).hasSize(4);
    // Copies are made after duplicates are removed.
    assertThat(clean(readings, 2, CleaningSettings.Duplicates.EXACT)).hasSize(5).containsAll(found);
  }
}
