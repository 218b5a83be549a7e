"""The ledger of a list: which versions there are, which is in force, and what was changed by hand.

Theory of operation
===================
A version is a pair of files that never change, `N.sqlite3` and `N.bloom`, and a row in `list_version`. The version in
force is the one that `list.version` names: one small transaction changes that, so an import counts at once and whole,
or not at all. Whoever builds, removes or brings back a version holds the list's import lock.

| state      | files    | row      | named | left for, when                                                          |
|------------|----------|----------|-------|-------------------------------------------------------------------------|
| building   | aside    | none     | no    | built, when both files are on the disk and get their names              |
| built      | in place | none     | no    | in force, at `activate`; gone, when the import is refused or fails      |
| in force   | in place | kept     | yes   | superseded, when another version is put in force: imported, or brought  |
|            |          |          |       | back                                                                    |
| superseded | in place | kept     | no    | in force, at `rollback`, which reads it whole before; retired, by an    |
|            |          |          |       | import that leaves `keep_versions` newer ones (`retire`)                |
| retired    | removed  | not kept | no    | never: the row stays, as evidence                                       |
| gone       | removed  | none     | no    | never; the next import has its number, and another build token          |

A process that is killed leaves files which no row claims: of `building` and `built`, and of `retired` where the row was
written and the files were not yet removed. The next import removes them first (`orphans.sweep`). The build token, which
row, file and filter hold, tells a version's files from those of an earlier try with the same number.

How a process serves the version in force is told in `gatekeeper.lists.serving.snapshot`.
"""
