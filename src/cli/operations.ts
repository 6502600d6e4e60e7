import { z } from 'zod';
import type { Services } from '../compose.ts';
import { readInput, type Operation, type OperationResult } from '../control/operation.ts';
import { writeBackup } from './backup-operations.ts';
import { importCatalogueFile, showCatalogueProcedure } from './catalogue-operations.ts';
import { chatTurn } from './chat-turn.ts';
import { examine } from './doctor-operation.ts';
import { exportEvidence } from './evidence-operations.ts';
import { buildReportTemplate, writeReport } from './report-operations.ts';
import { authorizeZalo, setUpChannels } from './platform-operations.ts';

/** What commands do with the database, by name; also served to other processes by the server that owns it. */
export const operations: Readonly<Record<string, Operation<Services>>> = {
  report: writeReport,
  'report-template': buildReportTemplate,
  'evidence-export': exportEvidence,
  backup: writeBackup,
  chat: chatTurn,
  'catalogue-import': importCatalogueFile,
  'catalogue-show': showCatalogueProcedure,
  doctor: examine,
  'zalo-authorize': authorizeZalo,
  'channels-setup': setUpChannels,
  parked: listParked,
  release: releaseParked,
  'staff-link': makeStaffLink,
};

async function makeStaffLink(services: Services, input: unknown): Promise<OperationResult> {
  const { user } = readInput(z.strictObject({ user: z.string() }), input);
  const { publicUrl, port } = services.config;
  const path = await services.staff.inviteForOperator(user);
  return { text: `${publicUrl ?? `http://localhost:${port}`}${path}\n`, exitCode: 0 };
}

const parkedShownAtMost = 200;

async function listParked(services: Services): Promise<OperationResult> {
  const queues = { inbound: services.inbound, outbound: services.outbound };
  const lines: string[] = [];
  for (const [name, queue] of Object.entries(queues)) {
    for (const item of await queue.parked(parkedShownAtMost)) {
      lines.push(`${name}\t${item.id}\t${item.unitId}\t${item.parkedAt.toISOString()}\t${item.reason}`);
    }
  }
  return { text: lines.map((line) => `${line}\n`).join(''), exitCode: 0 };
}

async function releaseParked(services: Services, input: unknown): Promise<OperationResult> {
  const { id } = readInput(z.strictObject({ id: z.string() }), input);
  const released = (await services.inbound.release(id)) || (await services.outbound.release(id));
  return released
    ? { text: `Đã đưa ${id} trở lại hàng đợi.\n`, exitCode: 0 }
    : { text: `Không có mục bỏ lại nào mang mã ${id}; xem bằng tthc queue parked.\n`, exitCode: 1 };
}
