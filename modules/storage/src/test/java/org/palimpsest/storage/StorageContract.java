package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;

/**
 * What storage promises on every file system, whatever that is like.
 *
 * @param folder an empty folder
 * @param hadoop configuration of its file system
 */
public record StorageContract(Path folder, Configuration hadoop) {

  /** Checks all of it. */
  public void check() {
    readersSeeWholeFiles();
    manifestsAreReplaced();
    newFilesAreCreatedOnce();
    whatIsMissingIsKnownToBeMissing();
    damageIsProven();
    leasesExclude();
  }

  private StoredFolder at(String name) {
    return new StoredFolder(new Path(folder, name), hadoop);
  }

  private static String text(StoredFolder from) {
    return new String(from.readAll("file"), StandardCharsets.UTF_8);
  }

  private static StoredFile replace(StoredFolder in, String text) {
    return in.replace("file", out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void readersSeeWholeFiles() {
    StoredFolder place = at("replaced");
    place.verify(replace(place, "old"));
    List<String> seen = new ArrayList<>();
    StoredFile next =
        place.replace(
            "file",
            out -> {
              out.write("newer".repeat(50_000).getBytes(StandardCharsets.UTF_8));
              out.flush();
              seen.add(text(place));
            });
    assertThat(seen).containsExactly("old");
    place.verify(next);
    assertThat(place.files()).hasSize(1);
  }

  private void manifestsAreReplaced() {
    StoredFolder place = at("published");
    for (int version = 1; version <= 3; version++) {
      place.publish(new ObjectMapper().createObjectNode().put("version", version));
      assertThat(place.manifest("thing", "version", List.of(version)).path("version").asInt())
          .isEqualTo(version);
    }
    place.delete();
    assertThat(place.hasManifest()).isFalse();
  }

  private void newFilesAreCreatedOnce() {
    StoredFolder place = at("new");
    assertThat(place.writeNew("once", new byte[] {1})).isTrue();
    assertThat(place.writeNew("once", new byte[] {2})).isFalse();
    assertThat(place.readAll("once")).containsExactly(1);
  }

  private void whatIsMissingIsKnownToBeMissing() {
    StoredFolder none = at("none/below");
    assertThat(none.files()).isEmpty();
    assertThat(none.exists("x")).isFalse();
    assertThat(at("new").exists("twice")).isFalse();
  }

  private void damageIsProven() {
    StoredFolder place = at("damaged");
    StoredFile file = place.writeVerified("data", out -> out.write(new byte[1000]));
    StoredFile other = place.write("data", out -> out.write(new byte[1001]));
    place.verify(other);
    assertThatThrownBy(() -> place.verify(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isTrue());
    place.remove("data");
    assertThatThrownBy(() -> place.verify(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isTrue());
  }

  private Lease lease() {
    return Lease.take(
        new Path(folder, "leases"),
        hadoop,
        Duration.ofSeconds(20),
        Deadline.ofCheckpoints(Duration.ofMinutes(1)));
  }

  private void leasesExclude() {
    try (Lease first = lease()) {
      first.goOnFrom(5);
      first.check();
      assertThatThrownBy(this::lease).hasMessageContaining("an active run");
    }
    try (Lease second = lease()) {
      assertThat(second.number()).isEqualTo(2);
      assertThat(new Leases(new Path(folder, "leases"), hadoop).fencesOff(1, 7)).isFalse();
      second.goOnFrom(6);
      assertThat(new Leases(new Path(folder, "leases"), hadoop).fencesOff(1, 7)).isTrue();
    }
  }
}
