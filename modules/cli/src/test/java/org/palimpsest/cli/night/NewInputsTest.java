package org.palimpsest.cli.night;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.training.config.Recipe;

class NewInputsTest {
  @TempDir private Path folder;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(folder.resolve("in/day=2"));
    Files.writeString(folder.resolve("in/day=2/part"), "Text.");
    Files.writeString(folder.resolve("in/b.txt"), "Text.");
    Files.writeString(folder.resolve("in/a.txt"), "Text.");
  }

  private NewInputs find(Set<String> recorded, Input... wanted) {
    return NewInputs.find(List.of(wanted), recorded, new Configuration());
  }

  private NewInputs find(Set<String> recorded) {
    return find(recorded, new Input(folder.resolve("in").toString()));
  }

  private String uri(String name) {
    return "file:" + folder.resolve("in").resolve(name);
  }

  private static List<String> paths(NewInputs found) {
    return found.inputs().stream().map(Input::path).toList();
  }

  @Test
  void takesWhatIsInAFolder() {
    NewInputs found = find(Set.of());
    assertThat(paths(found)).containsExactly(uri("a.txt"), uri("b.txt"), uri("day=2"));
    assertThat(found.warnings()).isEmpty();
  }

  @Test
  void leavesOutWhatTheCorpusHas() {
    assertThat(paths(find(Set.of(uri("a.txt"), folder.resolve("in/day=2").toString()))))
        .containsExactly(uri("b.txt"));
  }

  @Test
  void takesWhatAGlobMatches() {
    Input glob = new Input(folder.resolve("in/*.txt").toString());
    assertThat(paths(find(Set.of(uri("a.txt")), glob))).containsExactly(uri("b.txt"));
  }

  @Test
  void takesAFileByItself() {
    Input file = new Input(folder.resolve("in/a.txt").toString());
    assertThat(paths(find(Set.of(), file))).containsExactly(uri("a.txt"));
    assertThat(find(Set.of(folder.resolve("in/a.txt").toString()), file).inputs()).isEmpty();
  }

  @Test
  void takesAFolderThatWasPreparedAsAWholeForKnown() {
    assertThat(find(Set.of(folder.resolve("in").toString())).inputs()).isEmpty();
  }

  @Test
  void passesOverWhatIsNotFinished() throws IOException {
    Files.writeString(folder.resolve("in/.c.txt"), "Text.");
    Files.writeString(folder.resolve("in/_temporary"), "Text.");
    Files.createFile(folder.resolve("in/d.txt"));
    assertThat(paths(find(Set.of(uri("a.txt"), uri("b.txt"), uri("day=2"))))).isEmpty();
  }

  @Test
  void saysThatASourceIsMissing() {
    NewInputs found = find(Set.of(), new Input(folder.resolve("gone").toString()));
    assertThat(found.inputs()).isEmpty();
    assertThat(found.warnings())
        .containsExactly("The input " + folder.resolve("gone") + " is missing tonight.");
  }

  @Test
  void saysThatASourceCannotBeReached() {
    NewInputs found = find(Set.of(), new Input("nofs://host/in"), new Input("wordnet"));
    assertThat(paths(found)).containsExactly("wordnet");
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .startsWith("The input nofs://host/in cannot be listed tonight: ");
  }

  @Test
  void passesOverAFileThatIsNoText() throws IOException {
    Files.write(folder.resolve("in/c.txt"), "%PDF-1.7 …".getBytes(StandardCharsets.UTF_8));
    NewInputs found = find(Set.of(uri("a.txt"), uri("b.txt"), uri("day=2")));
    assertThat(found.inputs()).isEmpty();
    assertThat(found.warnings())
        .containsExactly(
            "The input " + uri("c.txt") + " is passed over, because it is a PDF document.");
  }

  @Test
  void takesTablesAndWordNetByTheirNames() {
    assertThat(paths(find(Set.of("wordnet"), new Input("wordnet"), new Input("table:notes"))))
        .containsExactly("table:notes");
  }

  @Test
  void keepsWeightsAndNamesInTheRecipe() throws IOException {
    Files.writeString(folder.resolve("in/c, \"x\".txt"), "Text.");
    NewInputs found =
        find(Set.of(uri("a.txt"), uri("day=2")), new Input(folder.resolve("in").toString(), 2.5));

    Recipe recipe = Recipe.defaults().with(found.assignment());

    assertThat(CorpusSettings.from(recipe.config()).inputs())
        .containsExactly(new Input(uri("b.txt"), 2.5), new Input(uri("c, \"x\".txt"), 2.5));
  }
}
