package org.palimpsest.corpus.prepare;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.config.LanguageSampling;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import scala.Tuple2;

/**
 * How often the documents of each language occur. Documents without a language keep their weight.
 */
record LanguageWeights(Map<String, Double> weights) implements Serializable {
  private static final String WEIGHT = " ";

  static LanguageWeights none() {
    return new LanguageWeights(Map.of());
  }

  double of(Document document) {
    return weights.getOrDefault(document.language(), 1.0);
  }

  /** Counts the text of each language, by the weights of its inputs. */
  static LanguageWeights count(JavaRDD<Reading> readings, LanguageSampling sampling) {
    List<WordCount> bytes =
        readings
            .mapPartitionsToPair(LanguageWeights::bytes)
            .reduceByKey(Long::sum)
            .map(sum -> new WordCount(sum._1(), sum._2()))
            .collect();
    return of(bytes, sampling);
  }

  /**
   * The sums are whole numbers, and added in one order, so that every preparation finds equal ones.
   */
  static LanguageWeights of(List<WordCount> bytes, LanguageSampling sampling) {
    Map<String, Long> ordered = new TreeMap<>();
    bytes.forEach(sum -> ordered.merge(sum.word(), sum.count(), Long::sum));
    Map<String, Double> sizes = new TreeMap<>();
    ordered.forEach(
        (key, sum) -> {
          int at = key.indexOf(WEIGHT);
          double weight = Double.parseDouble(key.substring(at + 1));
          sizes.merge(key.substring(0, at), sum * weight, Double::sum);
        });
    double largest = sizes.values().stream().mapToDouble(size -> size).max().orElse(1);
    Map<String, Double> weights = new HashMap<>();
    sizes.forEach((language, size) -> weights.put(language, sampling.copies(size, largest)));
    return new LanguageWeights(weights);
  }

  private static Iterator<Tuple2<String, Long>> bytes(Iterator<Reading> readings) {
    Map<String, Long> bytes = new HashMap<>();
    while (readings.hasNext()) {
      if (readings.next() instanceof Document document && !document.language().isEmpty()) {
        long length = document.text().getBytes(StandardCharsets.UTF_8).length;
        bytes.merge(document.language() + WEIGHT + document.weight(), length, Long::sum);
      }
    }
    return bytes.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .iterator();
  }
}
