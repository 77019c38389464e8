package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.objective.TokenBlock;

/** Text that is withdrawn from a corpus. Only that text has the digit 7. */
abstract class WithdrawalCase extends PreparationCase {
  Path kept;
  Path withdrawn;

  @BeforeEach
  void writeInputs() throws IOException {
    kept = Files.writeString(folder.resolve("kept.txt"), documents("stone", "river", "moss"));
    withdrawn = Files.writeString(folder.resolve("withdrawn.txt"), documents("777", "7", "77"));
  }

  private static String documents(String... words) {
    Random random = new Random(words[0].hashCode());
    return Stream.generate(
            () ->
                Stream.generate(() -> words[random.nextInt(words.length)])
                    .limit(5 + random.nextInt(60))
                    .collect(Collectors.joining(" ")))
        .limit(60)
        .collect(Collectors.joining("\n\n"));
  }

  CorpusSettings settings(Object input, String... more) {
    Map<String, Object> values = new HashMap<>(Map.of("corpus.input", input));
    for (String each : more) {
      values.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    return settings("corpus", values);
  }

  Corpus prepareBoth(String... more) {
    return Preparation.run(spark, settings(List.of(kept.toString(), withdrawn.toString()), more));
  }

  Corpus withdraw(Object... names) {
    return Withdrawal.run(
        spark, settings(kept.toString()), Stream.of(names).map(Object::toString).toList());
  }

  static List<TokenBlock> blocks(CorpusSplit split) {
    List<TokenBlock> blocks = new ArrayList<>();
    try (BlockReader reader = split.asStored()) {
      reader.forEachRemaining(block -> blocks.add(block.block()));
    }
    return blocks;
  }

  static boolean isWithdrawn(Corpus corpus, TokenBlock block) {
    return corpus.tokenizer().decode(block.tokens()).contains("7");
  }
}
