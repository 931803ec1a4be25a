import type { PageRequest, Slice } from './listing.ts';
import type { Member } from './projects.ts';

/** A file without its content. */
export interface ProjectFile {
  readonly id: number;
  readonly path: string;
  readonly language: string;
  readonly sizeBytes: number;
  readonly currentVersion: number;
  /** Who made the current version. */
  readonly updatedBy: Member;
  readonly updatedAt: string;
}

export interface FileContent extends ProjectFile {
  readonly projectId: number;
  readonly content: string;
}

export interface FileVersion {
  readonly id: number;
  readonly version: number;
  readonly sizeBytes: number;
  readonly createdBy: Member;
  readonly createdAt: string;
}

/** The files of a user's projects. Another user's are as good as not there. */
export interface Files {
  /** Undefined when the user has no such file; likewise below. */
  find(userId: number, fileId: number): Promise<FileContent | undefined>;
  versions(userId: number, fileId: number, page: PageRequest): Promise<Slice<FileVersion> | undefined>;
  /** Makes a new version with the content of an old one. Undefined when there is no such version, too. */
  restore(userId: number, fileId: number, version: number): Promise<FileContent | undefined>;
}
