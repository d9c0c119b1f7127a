"""How much of a disk is free."""

from actors.alerts.disks import free_space


def test_two_folders_of_a_disk_are_one_and_one_that_is_not_there_stands_for_the_one_above(tmp_path):
    (found,) = free_space([str(tmp_path), str(tmp_path / "a" / "b"), str(tmp_path)], 7)
    assert (found.folder, found.wanted_bytes) == (str(tmp_path), 7)
    assert found.free_bytes > 0


def test_no_folder_no_disk():
    assert free_space([], 7) == ()
