// Registration facts: what is accepted, what is refused, and by which code.
import { describe, test } from 'vitest';
import { given } from '../../given.ts';
import { sampleOf } from '../../sample-facts.ts';

describe('entity registered', () => {
  test('is accepted', () => given().when(sampleOf('EntityRegistered')).accepts());
  test('is refused when established after today', () =>
    given()
      .when(sampleOf('EntityRegistered', { registeredOn: '2026-11-23' }))
      .refuses('in-the-future', 'registeredOn'));
  test('is refused without a name', () =>
    given()
      .when(sampleOf('EntityRegistered', { name: undefined }))
      .refuses('invalid', 'name'));
});

describe('entity changed', () => {
  test('is accepted before the registration is known', () => given().when(sampleOf('EntityChanged')).accepts());
  test('is refused when nothing changed', () =>
    given()
      .when({ ...sampleOf('EntityChanged'), data: {} })
      .refuses('invalid'));
});

describe('entity deregistered', () => {
  test('is accepted before the registration is known', () => given().when(sampleOf('EntityDeregistered')).accepts());
  test('is refused before it has ended', () =>
    given()
      .when(sampleOf('EntityDeregistered', { endedOn: '2026-11-23' }))
      .refuses('in-the-future', 'endedOn'));
});
